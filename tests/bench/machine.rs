//! The machine, and what a process uses of it.

use std::fs;
use std::process::Command;

/// One line: processor, cores, memory, system, compiler.
pub(crate) fn description() -> String {
    let processors = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = value(&processors, "model name").unwrap_or_else(|| "unknown processor".to_owned());
    let megahertz = value(&processors, "cpu MHz").unwrap_or_default();
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let memory = fs::read_to_string("/proc/meminfo")
        .ok()
        .and_then(|text| kibibytes(&text, "MemTotal"))
        .unwrap_or(0.0)
        / 1024.0
        / 1024.0;
    let compiler = Command::new("rustc")
        .arg("--version")
        .output()
        .map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    format!(
        "{model}, {megahertz} MHz, {cores} cores, {memory:.0} GiB, {}, {}",
        std::env::consts::OS,
        compiler.unwrap_or_default()
    )
}

/// Memory of a process that is in RAM now, in MiB, and the part of it that is its own and not a file's.
pub(crate) fn resident(process: u32) -> (f64, f64) {
    let status =
        fs::read_to_string(format!("/proc/{process}/status")).expect("the process is there");
    let mebibytes = |key| kibibytes(&status, key).expect("Linux says it") / 1024.0;
    (mebibytes("VmRSS"), mebibytes("RssAnon"))
}

/// The most memory a process has had in RAM, in MiB.
pub(crate) fn most_resident(process: u32) -> f64 {
    let status =
        fs::read_to_string(format!("/proc/{process}/status")).expect("the process is there");
    kibibytes(&status, "VmHWM").expect("Linux says it") / 1024.0
}

/// Processor time a process has used so far, in seconds.
pub(crate) fn processor_time(process: u32) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).expect("the process is there");
    let fields: Vec<&str> = stat
        .rsplit_once(") ")
        .expect("Linux says it")
        .1
        .split(' ')
        .collect();
    // utime and stime, in hundredths of a second on every Linux.
    let ticks: f64 = [fields[11], fields[12]]
        .iter()
        .map(|text| text.parse::<f64>().unwrap())
        .sum();
    ticks / 100.0
}

/// Processor time this thread has used so far, in ms: unlike a clock it does not run while others have the processor.
pub(crate) fn own_processor_time() -> f64 {
    let spent = fs::read_to_string("/proc/thread-self/schedstat").expect("Linux says it");
    let nanoseconds: u64 = spent.split(' ').next().unwrap().parse().unwrap();
    f64::from(u32::try_from(nanoseconds / 1000).expect("a run takes less than an hour")) / 1000.0
}

fn value(text: &str, key: &str) -> Option<String> {
    let line = text.lines().find(|line| line.starts_with(key))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn kibibytes(text: &str, key: &str) -> Option<f64> {
    value(text, key)?
        .trim_end_matches(" kB")
        .trim()
        .parse()
        .ok()
}
