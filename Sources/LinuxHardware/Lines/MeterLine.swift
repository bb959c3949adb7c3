import Glibc
package import HardwareInterfaces

/// Opens what a person names as a meter's input: a serial device, a file, a pipe, or `tcp://host:port`.
package enum MeterLine {
    package static func open(
        _ input: String, settings: SerialPort.Settings = .init()
    ) throws(HardwareError) -> any SerialLine {
        if let peer = NetworkPeer(url: input, scheme: "tcp") {
            return try TCPConnection(host: peer.host, port: peer.port)
        }
        guard !input.contains("://") else {
            throw HardwareError(
                .notFound, device: input, message: "write a device (/dev/ttyUSB0), a file, or tcp://host:port")
        }
        var status = stat()
        guard stat(input, &status) == 0 else { throw .opening(input, errno: errno) }
        if status.st_mode & S_IFMT == S_IFCHR { return try SerialPort(path: input, settings: settings) }
        return try FileReplay(path: input)
    }
}
