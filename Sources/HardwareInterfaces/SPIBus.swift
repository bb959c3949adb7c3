/// One device on an SPI bus: mode 0, 8 bits a word, most significant bit first.
package protocol SPIBus: AnyObject {
    /// Shifts `bytes` out while chip select is low and returns the bytes that came in, as many as went out.
    func transfer(_ bytes: [UInt8]) throws(HardwareError) -> [UInt8]
}
