//! Pictures in a folder, found by what a file says about them.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use api::import::{ImageRef, ImportDraft};
use unicode_normalization::UnicodeNormalization as _;

use crate::exit::Failure;

/// What the market takes.
const ENDINGS: [&str; 5] = ["jpg", "jpeg", "png", "gif", "webp"];
/// How deep folders are looked into.
const DEPTH: usize = 8;
/// Numbers that are tried when pictures are named `MUG-OAT-1.jpg`.
const NUMBERS: std::ops::RangeInclusive<usize> = 1..=20;

/// The pictures of a folder; none when there is no folder.
#[derive(Debug, Default)]
pub(super) struct Folder {
    /// By whole name, in lower case and one Unicode form.
    names: HashMap<String, PathBuf>,
    /// By name without ending, reduced to letters, digits and hyphens.
    stems: HashMap<String, PathBuf>,
    /// Files that are no pictures for the market, by the same; such as those of a telephone.
    others: HashMap<String, PathBuf>,
}

/// Letters by which a name that is meant may differ.
const TYPOS: usize = 2;

/// What a listing's pictures came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Gallery {
    /// Those found, in order, with their alternative texts.
    pub(super) found: Vec<(PathBuf, String)>,
    /// Named by the file, but not in the folder: names of files with their lines.
    pub(super) missing: Vec<(String, u64)>,
}

impl Folder {
    /// Looks into a folder and those below it. Links that lead out of it are not followed.
    pub(super) fn open(path: &Path) -> anyhow::Result<Self> {
        let refuse = |error: std::io::Error| {
            let message = format!("the pictures in {} cannot be read: {error}", path.display());
            Failure::usage(message, "name a folder with --images")
        };
        let root = path.canonicalize().map_err(refuse)?;
        let mut files = Vec::new();
        collect(&root, &root, DEPTH, &mut files).map_err(refuse)?;
        // The same order on every machine: of two files with one name the first path wins.
        files.sort();
        let mut folder = Self::default();
        for file in files {
            let Some(name) = file.file_name().and_then(|name| name.to_str()).map(normal) else {
                continue;
            };
            if !is_picture(&file) {
                folder.others.entry(slug(stem(&name))).or_insert(file);
                continue;
            }
            folder.stems.entry(slug(stem(&name))).or_insert_with(|| file.clone());
            folder.names.entry(name).or_insert(file);
        }
        Ok(folder)
    }

    /// The pictures of a listing: those it names; if none of these is here, those numbered by one
    /// of its SKUs, its key or its title.
    pub(super) fn gallery(&self, draft: &ImportDraft) -> Gallery {
        let named: Vec<(PathBuf, String)> = draft
            .images
            .iter()
            .filter_map(|image| Some((self.by_name(image)?.clone(), image.alt.clone())))
            .collect();
        let name = |image: &ImageRef| (file_name(image.identity()), image.line);
        let (found, missing) = if named.is_empty() {
            let numbered = self.by_number(draft);
            let missing = draft.images.iter().skip(numbered.len()).map(name).collect();
            (numbered, missing)
        } else {
            let absent = draft.images.iter().filter(|image| self.by_name(image).is_none());
            (named, absent.map(name).collect())
        };
        Gallery { found: distinct(found), missing }
    }

    /// What to say about a name that is not here, where something like it is.
    pub(super) fn resembling(&self, name: &str) -> Option<String> {
        let wanted = slug(stem(&normal(name)));
        let shown =
            |path: &PathBuf| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if let Some(other) = self.others.get(&wanted) {
            return Some(format!("{} is there; save it as jpg, png or webp", shown(other)));
        }
        let distance = |stem: &str| strsim::osa_distance(stem, &wanted);
        let near = |(stem, _): &(&String, &PathBuf)| {
            stem.len().abs_diff(wanted.len()) <= TYPOS
                && distance(stem) <= TYPOS.min(wanted.len() / 4)
        };
        let close = self.stems.iter().filter(near).min_by_key(|(stem, _)| (distance(stem), *stem));
        close.map(|(_, path)| format!("did you mean {}?", shown(path)))
    }

    fn by_name(&self, image: &ImageRef) -> Option<&PathBuf> {
        let name = normal(&file_name(image.identity()));
        let exact = self.names.get(&name);
        exact.or_else(|| {
            self.stems.get(&slug(stem(&name))).filter(|_| !slug(stem(&name)).is_empty())
        })
    }

    fn by_number(&self, draft: &ImportDraft) -> Vec<(PathBuf, String)> {
        let variants = draft.draft.variants.iter();
        let skus = variants.map(|variant| variant.sku.as_str());
        let bases = skus.chain([draft.key.as_str(), draft.draft.title.as_str()]).map(slug);
        let mut paths: Vec<PathBuf> = Vec::new();
        for base in bases.filter(|base| !base.is_empty()) {
            let plain = self.stems.get(&base).into_iter();
            let numbered = NUMBERS.filter_map(|number| {
                let names = [format!("{base}-{number}"), format!("{base}-{number:02}")];
                names.iter().find_map(|name| self.stems.get(name))
            });
            for path in plain.chain(numbered) {
                if !paths.contains(path) {
                    paths.push(path.clone());
                }
            }
        }
        paths.truncate(*NUMBERS.end());
        let alts = draft
            .images
            .iter()
            .map(|image| image.alt.clone())
            .chain(std::iter::repeat(String::new()));
        paths.into_iter().zip(alts).collect()
    }
}

fn distinct(found: Vec<(PathBuf, String)>) -> Vec<(PathBuf, String)> {
    let mut distinct: Vec<(PathBuf, String)> = Vec::new();
    for (path, alt) in found {
        if !distinct.iter().any(|(known, _)| *known == path) {
            distinct.push((path, alt));
        }
    }
    distinct
}

fn collect(
    root: &Path,
    folder: &Path,
    depth: usize,
    files: &mut Vec<PathBuf>,
) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let Ok(path) = entry?.path().canonicalize() else { continue };
        if !path.starts_with(root) {
            continue;
        }
        if path.is_dir() && depth > 0 && path.starts_with(folder) && path != folder {
            collect(root, &path, depth - 1, files)?;
        } else if path.is_file() {
            files.push(path);
        }
    }
    Ok(())
}

fn is_picture(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known))
}

/// The last part of an address or path, with `%20` and its kin decoded.
fn file_name(source: &str) -> String {
    let last = source.rsplit(['/', '\\']).next().unwrap_or_default();
    let bytes = last.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = bytes.get(at + 1..at + 3).and_then(|pair| std::str::from_utf8(pair).ok());
        let byte =
            hex.filter(|_| bytes[at] == b'%').and_then(|pair| u8::from_str_radix(pair, 16).ok());
        decoded.push(byte.unwrap_or(bytes[at]));
        at += if byte.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

/// Lower case, and é as one character whatever the file system made of it.
fn normal(name: &str) -> String {
    name.nfc().collect::<String>().to_lowercase()
}

fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// Letters and digits in lower case, everything between them one hyphen.
fn slug(text: &str) -> String {
    let words = normal(text);
    let words = words.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::import::{Decimal, Wishes, read, sniff};

    fn folder(names: &[&str]) -> (tempfile::TempDir, Folder) {
        let dir = tempfile::tempdir().unwrap();
        for name in names {
            let path = dir.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, b"x").unwrap();
        }
        let folder = Folder::open(dir.path()).unwrap();
        (dir, folder)
    }

    fn draft(sku: &str, images: [&str; 2]) -> ImportDraft {
        let [one, two] = images;
        let file = format!(
            "key,title,price,stock,sku,image1,alt1,image2,alt2\noat,Oat Mug,5,1,{sku},{one},first,{two},second\n"
        );
        let layout = sniff(file.as_bytes(), &Wishes::default()).unwrap();
        let mut drafts = read(file.as_bytes(), &layout, api::Currency::EUR, Decimal::Auto);
        drafts.next().unwrap().unwrap().outcome.unwrap()
    }

    fn names(gallery: &Gallery) -> Vec<String> {
        let name = |(path, alt): &(PathBuf, String)| {
            format!("{} {alt}", path.file_name().unwrap().to_str().unwrap())
        };
        gallery.found.iter().map(name).collect()
    }

    #[test]
    fn pictures_are_found_by_the_name_in_the_address_whatever_its_case_and_form() {
        let (_dir, folder) = folder(&["IMG 1.JPG", "sub/cafe\u{301}.png", "other.jpg"]);
        let gallery = folder
            .gallery(&draft("", ["https://cdn.example/files/img%201.jpg?v=3", "caf\u{e9}.jpeg"]));
        assert_eq!(names(&gallery), ["IMG 1.JPG first", "cafe\u{301}.png second"]);
        assert_eq!(gallery.missing, []);
    }

    #[test]
    fn without_a_name_that_is_here_the_numbered_ones_are_taken() {
        let (_dir, folder) =
            folder(&["MUG_1-2.jpg", "mug-1-1.jpg", "mug-1-10.jpg", "oat-mug.webp", "mug-11.jpg"]);
        let gallery = folder.gallery(&draft("MUG-1", ["https://x.example/a.jpg", ""]));
        assert_eq!(
            names(&gallery),
            ["mug-1-1.jpg first", "MUG_1-2.jpg ", "mug-1-10.jpg ", "oat-mug.webp "]
        );
        let none = folder.gallery(&draft("NO", ["https://x.example/a.jpg", "b.jpg"]));
        assert_eq!(names(&none), ["oat-mug.webp first"], "by its title");
        assert_eq!(none.missing, [("b.jpg".to_owned(), 2)]);
    }

    #[test]
    fn nothing_outside_the_folder_is_ever_taken() {
        let (dir, _) = folder(&["secret.jpg", "in/mug.jpg"]);
        #[cfg(unix)]
        std::os::unix::fs::symlink(dir.path().join("secret.jpg"), dir.path().join("in/link.jpg"))
            .unwrap();
        let folder = Folder::open(&dir.path().join("in")).unwrap();
        let gallery = folder.gallery(&draft("", ["../secret.jpg", "link.jpg"]));
        let missing = ["secret.jpg", "link.jpg"].map(|name| (name.to_owned(), 2)).to_vec();
        assert_eq!(gallery, Gallery { found: vec![], missing });
    }

    #[test]
    fn what_a_missing_name_may_have_meant_is_told() {
        let (_dir, folder) = folder(&["bowl-blue-1.jpg", "mug.heic", "dish.jpg"]);
        let hint = |name: &str| folder.resembling(name);
        assert_eq!(hint("bowl-bleu-1.jpg").as_deref(), Some("did you mean bowl-blue-1.jpg?"));
        assert_eq!(
            hint("Mug.JPG").as_deref(),
            Some("mug.heic is there; save it as jpg, png or webp")
        );
        assert_eq!(
            (hint("fish.jpg").as_deref(), hint("a.jpg")),
            (Some("did you mean dish.jpg?"), None)
        );
    }
}
