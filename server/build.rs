//! Tells cargo that new migrations change the program, and gives every asset a name that changes
//! with its content, so that browsers may keep it for ever.
//!
//! Files are taken in two rounds: those that name no others, then style sheets, in which every
//! `url("file")` is replaced by the hashed name.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::write::GzEncoder;

/// Hexadecimal digits of BLAKE3 in a name: 32 bits tell a handful of files apart.
const DIGITS: usize = 8;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    println!("cargo:rerun-if-changed=../migrations");
    println!("cargo:rerun-if-changed=assets");
    println!("cargo:rerun-if-changed=templates");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let mut files: Vec<PathBuf> =
        fs::read_dir("assets")?.map(|entry| Ok(entry?.path())).collect::<Outcome<_>>()?;
    files.sort_by_key(|path| (extension(path) == "css", path.clone()));

    let mut names = BTreeMap::new();
    let mut table = String::new();
    let mut constants = String::new();
    for path in files {
        let plain = path.file_name().and_then(|name| name.to_str()).ok_or("a name in UTF-8")?;
        let body = linked(fs::read(&path)?, extension(&path), &names);
        let name = hashed(plain, &body)?;
        // Licences lie beside the fonts for whoever asks; no page links them.
        if extension(&path) != "txt" {
            writeln!(
                constants,
                "/// Address of `{plain}`.\npub(crate) const {}: &str = \"/a/{name}\";",
                plain.replace(['.', '-'], "_").to_uppercase(),
            )?;
        }
        writeln!(table, "    {},", stored(&out, &name, extension(&path), &body)?)?;
        names.insert(plain.to_owned(), name);
    }
    fs::write(
        out.join("assets.rs"),
        format!("{constants}\nstatic ALL: &[Asset] = &[\n{table}];\n"),
    )?;
    Ok(())
}

fn extension(path: &Path) -> &str {
    path.extension().and_then(|extension| extension.to_str()).unwrap_or_default()
}

/// `site.css` as `site.3f9a1c7e.css`.
fn hashed(plain: &str, body: &[u8]) -> Outcome<String> {
    let (stem, extension) = plain.rsplit_once('.').ok_or("an asset without an extension")?;
    let digest = blake3::hash(body).to_hex();
    Ok(format!("{stem}.{}.{extension}", &digest[..DIGITS]))
}

/// A style sheet with the hashed names of what it loads, without indentation and lines that are
/// only a remark; any other file as it is.
fn linked(body: Vec<u8>, extension: &str, names: &BTreeMap<String, String>) -> Vec<u8> {
    if extension != "css" {
        return body;
    }
    let text = String::from_utf8_lossy(&body);
    let lines = text.lines().map(str::trim);
    let telling = lines.filter(|line| !(line.starts_with("/*") && line.ends_with("*/")));
    let text = telling.collect::<Vec<_>>().join("\n");
    let link = |text: String, (plain, name): (&String, &String)| {
        text.replace(&format!("url(\"{plain}\")"), &format!("url(\"{name}\")"))
    };
    names.iter().fold(text, link).into_bytes()
}

/// Writes the file, and packed unless it is packed by itself, and says how to embed that.
fn stored(out: &Path, name: &str, extension: &str, body: &[u8]) -> Outcome<String> {
    let kind = match extension {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        other => return Err(format!("no media type is known for .{other}").into()),
    };
    fs::write(out.join(name), body)?;
    let packed = if extension == "woff2" {
        "None".to_owned()
    } else {
        fs::write(out.join(format!("{name}.br")), brotli(body)?)?;
        fs::write(out.join(format!("{name}.gz")), gzip(body)?)?;
        format!("Some([{}, {}])", embedded(name, ".br"), embedded(name, ".gz"))
    };
    let plain = embedded(name, "");
    Ok(format!("Asset {{ name: \"{name}\", kind: \"{kind}\", packed: {packed}, body: {plain} }}"))
}

/// The expression for the bytes of a file that was written.
fn embedded(name: &str, suffix: &str) -> String {
    format!("include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{name}{suffix}\"))")
}

fn brotli(body: &[u8]) -> Outcome<Vec<u8>> {
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut &*body, &mut packed, &BrotliEncoderParams::default())?;
    Ok(packed)
}

fn gzip(body: &[u8]) -> Outcome<Vec<u8>> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    packer.write_all(body)?;
    Ok(packer.finish()?)
}
