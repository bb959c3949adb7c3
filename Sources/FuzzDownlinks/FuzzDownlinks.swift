// Under libFuzzer, on two cores for ten minutes (the folder keeps what was found):
//
//   swift build -c release --product FuzzDownlinks --sanitize fuzzer -Xswiftc -DFUZZING --scratch-path .build/fuzz &&
//   mkdir -p .build/downlinks && SWIFT_BACKTRACE=enable=no .build/fuzz/release/FuzzDownlinks -jobs=2 -workers=2
//   -max_total_time=600 -max_len=2048 -timeout=5 -rss_limit_mb=512 .build/downlinks
//
// Built without FUZZING it runs the files that are given to it, once each.

#if FUZZING
    /// Called by libFuzzer for each input.
    @_cdecl("LLVMFuzzerTestOneInput")
    public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
        DownlinkProperty.check(Array(UnsafeBufferPointer(start: start, count: count)))
        return 0
    }
#else
    import FoundationEssentials

    @main
    enum CorpusReplayer {
        static func main() throws {
            for path in CommandLine.arguments.dropFirst() {
                print(path)
                try DownlinkProperty.check([UInt8](Data(contentsOf: URL(filePath: path))))
            }
        }
    }
#endif
