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

/// The crate `rustface` carries its model as a file beside its source but not in its code. It is copied from wherever cargo keeps that source, so
/// that it comes under the same lock file and licence as the crate.
fn copy_face_model() -> Result<(), Box<dyn Error>> {
    let target =
        PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?).join("face-model.bin");
    let folder = match unpacked_by_registry("rustface")? {
        Some(folder) => folder,
        None => named_by_metadata("rustface")?,
    };
    let source = folder.join(MODEL);
    fs::copy(&source, &target).map_err(|error| {
        format!(
            "the face model {} cannot be copied: {error}",
            source.display()
        )
    })?;
    Ok(())
}

/// The usual place: cargo's home, in the version of the lock file.
fn unpacked_by_registry(package: &str) -> Result<Option<PathBuf>, Box<dyn Error>> {
    let lock = fs::read_to_string("Cargo.lock")?;
    let entry = lock
        .split("[[package]]")
        .find(|entry| entry.contains(&format!("\nname = \"{package}\"\n")));
    let version = entry
        .and_then(|entry| entry.split("version = \"").nth(1))
        .and_then(|rest| rest.split('"').next());
    let home = env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| env::home_dir().map(|home| home.join(".cargo")));
    let (Some(version), Some(home)) = (version, home) else {
        return Ok(None);
    };
    let Ok(registries) = fs::read_dir(home.join("registry").join("src")) else {
        return Ok(None);
    };
    let folders = registries
        .filter_map(Result::ok)
        .map(|registry| registry.path().join(format!("{package}-{version}")));
    Ok(folders
        .into_iter()
        .find(|folder| folder.join(MODEL).is_file()))
}

/// Vendored sources and patches: cargo knows. Asked second, because on a fresh machine the answer would need packages that only tests use.
fn named_by_metadata(package: &str) -> Result<PathBuf, Box<dyn Error>> {
    let (cargo, host) = (
        env::var_os("CARGO").ok_or("cargo sets CARGO")?,
        env::var_os("HOST").ok_or("cargo sets HOST")?,
    );
    let output = Command::new(cargo)
        .args([
            "metadata",
            "--format-version=1",
            "--offline",
            "--locked",
            "--filter-platform",
        ])
        .arg(host)
        .output()?;
    if !output.status.success() {
        return Err(format!(
            "cargo metadata failed: {}",
            String::from_utf8_lossy(&output.stderr)
        )
        .into());
    }
    // Only one field is needed, so the JSON is searched, not parsed: a build dependency less.
    let metadata = String::from_utf8(output.stdout)?;
    let manifests = metadata
        .split("\"manifest_path\":\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next());
    manifests
        .map(|manifest| PathBuf::from(manifest.replace("\\\\", "\\")))
        .filter_map(|manifest| manifest.parent().map(Path::to_path_buf))
        .find(|folder| folder.join(MODEL).is_file())
        .ok_or_else(|| {
            format!("cargo names no folder of the crate {package} with {MODEL} in it").into()
        })
}
