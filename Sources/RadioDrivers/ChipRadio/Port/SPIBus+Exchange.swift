import HardwareInterfaces

extension SPIBus {
    /// A transfer whose failures are told as the radio's, and whose answer is as long as what was sent.
    func exchange(_ bytes: [UInt8]) throws(RadioError) -> [UInt8] {
        let answer: [UInt8]
        do {
            answer = try transfer(bytes)
        } catch {
            throw RadioError("the SPI bus refused a transfer: \(error)")
        }
        guard answer.count == bytes.count else {
            throw RadioError("the SPI bus returned \(answer.count) bytes of \(bytes.count): check the spidev driver")
        }
        return answer
    }
}
