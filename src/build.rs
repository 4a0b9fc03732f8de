//! Prepares what is compiled in: tells cargo which folders are embedded (`embed_migrations!` and the catalogues do not notice new files by
//! themselves), and puts the face detector's model where `include_bytes!` finds it.

use std::env;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const MODEL: &str = "model/seeta_fd_frontal_v1.0.bin";

fn main() -> Result<(), Box<dyn Error>> {
    for folder in ["migrations", "templates", "static"] {
        println!("cargo::rerun-if-changed={folder}");
    }
    println!("cargo::rerun-if-changed=Cargo.lock");
    println!("cargo::rerun-if-changed=src/build.rs");
    copy_face_model()
}

/// The crate `rustface` carries its model as a file beside its source but not in its code. It is copied from wherever cargo keeps that source
/// (registry, vendored folder, path), so that it comes under the same lock file and licence as the crate.
fn copy_face_model() -> Result<(), Box<dyn Error>> {
    let target = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?).join("face-model.bin");
    let source = source_folder_of("rustface")?.join(MODEL);
    fs::copy(&source, &target).map_err(|error| format!("the face model {} cannot be copied: {error}", source.display()))?;
    Ok(())
}

fn source_folder_of(package: &str) -> Result<PathBuf, Box<dyn Error>> {
    let cargo = env::var_os("CARGO").ok_or("cargo sets CARGO")?;
    let output = Command::new(cargo).args(["metadata", "--format-version=1", "--offline", "--locked"]).output()?;
    if !output.status.success() {
        return Err(format!("cargo metadata failed: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    // Only one field is needed, so the JSON is searched, not parsed: a build dependency less.
    let metadata = String::from_utf8(output.stdout)?;
    let manifests = metadata.split("\"manifest_path\":\"").skip(1).filter_map(|rest| rest.split('"').next());
    manifests
        .map(|manifest| PathBuf::from(manifest.replace("\\\\", "\\")))
        .filter_map(|manifest| manifest.parent().map(Path::to_path_buf))
        .find(|folder| folder.join(MODEL).is_file() && folder_is_of(folder, package))
        .ok_or_else(|| format!("cargo metadata names no folder of the crate {package} with {MODEL} in it").into())
}

/// Registry folders are called `name-version`, vendored ones may be called `name`.
fn folder_is_of(folder: &Path, package: &str) -> bool {
    folder.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with(package))
}
