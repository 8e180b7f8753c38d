#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    hearthline_decode::fuzzing::run("template", data);
});
