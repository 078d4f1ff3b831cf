//! Pictures in a folder, found by what a file says about them.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use api::import::{ImageRef, ImportDraft};
use unicode_normalization::UnicodeNormalization as _;

use crate::exit::Failure;

/// Endings of pictures that the market takes; what they are is seen by their bytes.
const ENDINGS: [&str; 5] = ["jpg", "jpeg", "png", "gif", "webp"];
/// Endings of other pictures, such as those of a telephone: found as well, so that somebody is told.
const OTHERS: [&str; 9] = ["heic", "heif", "avif", "tif", "tiff", "bmp", "dng", "jxl", "psd"];
/// How deep folders are looked into.
const DEPTH: usize = 8;
/// Numbers that are tried when pictures are named `MUG-OAT-1.jpg`.
const NUMBERS: std::ops::RangeInclusive<usize> = 1..=20;

/// The pictures of a folder; none when there is no folder.
#[derive(Debug, Default)]
pub(super) struct Folder {
    /// Every file by its whole name, in lower case and one Unicode form.
    names: HashMap<String, PathBuf>,
    /// By name without ending, reduced to letters, digits and hyphens.
    stems: HashMap<String, PathBuf>,
    /// Pictures of other kinds by the same.
    others: HashMap<String, PathBuf>,
}

/// Letters by which a name that is meant may differ.
const TYPOS: usize = 2;

/// What a listing's pictures came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Gallery {
    /// Those found, in order, each with what the file says of it.
    pub(super) found: Vec<(PathBuf, ImageRef)>,
    /// Named by the file, but not in the folder.
    pub(super) missing: Vec<ImageRef>,
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
            let stem = slug(stem(&name));
            if ends_with(&file, &ENDINGS) {
                folder.stems.entry(stem).or_insert_with(|| file.clone());
            } else if ends_with(&file, &OTHERS) {
                folder.others.entry(stem).or_insert_with(|| file.clone());
            }
            folder.names.entry(name).or_insert(file);
        }
        Ok(folder)
    }

    /// The pictures of a listing: those it names; if none of these is here, those numbered by one
    /// of its SKUs, its key or its title.
    pub(super) fn gallery(&self, draft: &ImportDraft) -> Gallery {
        let named: Vec<(PathBuf, ImageRef)> = draft
            .images
            .iter()
            .filter_map(|image| Some((self.by_name(image)?.clone(), image.clone())))
            .collect();
        let (found, missing) = if named.is_empty() {
            let numbered = self.by_number(draft);
            let missing = draft.images.iter().skip(numbered.len()).cloned().collect();
            (numbered, missing)
        } else {
            let absent = draft.images.iter().filter(|image| self.by_name(image).is_none());
            (named, absent.cloned().collect())
        };
        Gallery { found: distinct(found), missing }
    }

    /// What to say about a name that is not here, where something like it is.
    pub(super) fn resembling(&self, name: &str) -> Option<String> {
        let wanted = slug(stem(&normal(name)));
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
        exact.or_else(|| self.by_stem(&slug(stem(&name))))
    }

    /// A picture with this name and any ending, best one that the market takes.
    fn by_stem(&self, stem: &str) -> Option<&PathBuf> {
        let found = self.stems.get(stem).or_else(|| self.others.get(stem));
        found.filter(|_| !stem.is_empty())
    }

    fn by_number(&self, draft: &ImportDraft) -> Vec<(PathBuf, ImageRef)> {
        let variants = draft.draft.variants.iter();
        let skus = variants.map(|variant| variant.sku.as_str());
        let bases = skus.chain([draft.key.as_str(), draft.draft.title.as_str()]).map(slug);
        let mut paths: Vec<PathBuf> = Vec::new();
        for base in bases.filter(|base| !base.is_empty()) {
            let plain = self.by_stem(&base).into_iter();
            let numbered = NUMBERS.filter_map(|number| {
                let names = [format!("{base}-{number}"), format!("{base}-{number:02}")];
                names.iter().find_map(|name| self.by_stem(name))
            });
            for path in plain.chain(numbered) {
                if !paths.contains(path) {
                    paths.push(path.clone());
                }
            }
        }
        paths.truncate(*NUMBERS.end());
        let unnamed = |path: &PathBuf| ImageRef {
            source: shown(path),
            position: None,
            alt: String::new(),
            line: draft.line,
            column: String::new(),
        };
        let said = draft.images.iter().map(Some).chain(std::iter::repeat(None));
        let found = paths.into_iter().zip(said);
        found.map(|(path, said)| (path.clone(), said.cloned().unwrap_or(unnamed(&path)))).collect()
    }
}

/// What people call a file.
pub(super) fn shown(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.chars().filter(|c| !c.is_control()).collect()
}

fn distinct(found: Vec<(PathBuf, ImageRef)>) -> Vec<(PathBuf, ImageRef)> {
    let mut distinct: Vec<(PathBuf, ImageRef)> = Vec::new();
    for (path, image) in found {
        if !distinct.iter().any(|(known, _)| *known == path) {
            distinct.push((path, image));
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

fn ends_with(path: &Path, endings: &[&str]) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    endings.iter().any(|known| ending.eq_ignore_ascii_case(known))
}

/// The last part of an address or path, with `%20` and its kin decoded.
pub(super) fn file_name(source: &str) -> String {
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
        let name = |(path, image): &(PathBuf, ImageRef)| format!("{} {}", shown(path), image.alt);
        gallery.found.iter().map(name).collect()
    }

    fn missing(gallery: &Gallery) -> Vec<(String, u64, &str)> {
        let name = |image: &ImageRef| file_name(image.identity());
        gallery.missing.iter().map(|it| (name(it), it.line, it.column.as_str())).collect()
    }

    #[test]
    fn pictures_are_found_by_the_name_in_the_address_whatever_its_case_and_form() {
        let (_dir, folder) = folder(&["IMG 1.JPG", "sub/cafe\u{301}.png", "other.jpg"]);
        let gallery = folder
            .gallery(&draft("", ["https://cdn.example/files/img%201.jpg?v=3", "caf\u{e9}.jpeg"]));
        assert_eq!(names(&gallery), ["IMG 1.JPG first", "cafe\u{301}.png second"]);
        assert!(gallery.missing.is_empty());
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
        assert_eq!(missing(&none), [("b.jpg".to_owned(), 2, "image2")]);
    }

    #[test]
    fn nothing_outside_the_folder_is_ever_taken() {
        let (dir, _) = folder(&["secret.jpg", "in/mug.jpg"]);
        #[cfg(unix)]
        std::os::unix::fs::symlink(dir.path().join("secret.jpg"), dir.path().join("in/link.jpg"))
            .unwrap();
        let folder = Folder::open(&dir.path().join("in")).unwrap();
        let gallery = folder.gallery(&draft("", ["../secret.jpg", "link.jpg"]));
        assert!(gallery.found.is_empty());
        let named = [("secret.jpg", "image1"), ("link.jpg", "image2")];
        assert_eq!(missing(&gallery), named.map(|(name, column)| (name.to_owned(), 2, column)));
    }

    #[test]
    fn what_a_missing_name_may_have_meant_is_told() {
        let (_dir, folder) = folder(&["bowl-blue-1.jpg", "dish.jpg"]);
        let hint = |name: &str| folder.resembling(name);
        assert_eq!(hint("bowl-bleu-1.jpg").as_deref(), Some("did you mean bowl-blue-1.jpg?"));
        assert_eq!(
            (hint("fish.jpg").as_deref(), hint("a.jpg")),
            (Some("did you mean dish.jpg?"), None)
        );
    }

    #[test]
    fn pictures_of_other_kinds_are_found_so_that_somebody_is_told() {
        let (_dir, folder) = folder(&["a.heic", "MUG-1-1.HEIC", "b.jpg", "b.heic", "c.txt"]);
        let named = folder.gallery(&draft("", ["a.jpg", "b.jpg"]));
        assert_eq!(names(&named), ["a.heic first", "b.jpg second"]);
        assert_eq!(names(&folder.gallery(&draft("MUG-1", ["", ""]))), ["MUG-1-1.HEIC "]);
        let texts = folder.gallery(&draft("", ["c.jpg", "c.txt"]));
        assert_eq!(names(&texts), ["c.txt second"], "a whole name means that file");
    }
}
