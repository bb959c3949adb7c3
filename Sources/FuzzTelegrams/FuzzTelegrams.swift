// Under libFuzzer, on two cores for ten minutes (the folder keeps what was found, and may hold telegrams to begin with):
//
//   swift build -c release --product FuzzTelegrams --sanitize fuzzer -Xswiftc -DFUZZING --scratch-path .build/fuzz &&
//   mkdir -p .build/corpus && SWIFT_BACKTRACE=enable=no .build/fuzz/release/FuzzTelegrams -jobs=2 -workers=2
//   -max_total_time=600 -max_len=16384 -timeout=5 -rss_limit_mb=512 .build/corpus
//
// Built without FUZZING it runs the files that are given to it, once each.

#if FUZZING
    /// Called by libFuzzer for each input.
    @_cdecl("LLVMFuzzerTestOneInput")
    public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
        StreamProperty.check(Array(UnsafeBufferPointer(start: start, count: count)))
        return 0
    }
#else
    import FoundationEssentials

    @main
    enum CorpusReplayer {
        static func main() throws {
            for path in CommandLine.arguments.dropFirst() {
                print(path)
                try StreamProperty.check([UInt8](Data(contentsOf: URL(filePath: path))))
            }
        }
    }
#endif
