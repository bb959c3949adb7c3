import BridgeConfiguration
import HardwareInterfaces
import LinuxHardware
import LoRaWAN
import Timekeeping
import UplinkBridge

/// Asks the service of a configuration how it is.
struct StatusClient {
    private let candidates: [String]
    /// nil for whichever answers.
    private let devEui: String?
    /// What is to be told when nobody answers.
    private let remark: String?

    private static let patience = TimeSpan.seconds(5)

    init(_ configuration: BridgeConfiguration) {
        candidates = configuration.status.candidates(statePath: configuration.statePath)
        devEui = configuration.lorawan.devEUI.description
        remark = nil
    }

    /// Of a service whose configuration this user can't read: where it is, unless that says otherwise.
    init(installedFor path: String) {
        candidates = StatusConfiguration().candidates(statePath: BridgeConfiguration.installedStatePath)
        devEui = nil
        remark = "this user can't read \(path), which may name another socket: use sudo"
    }

    /// Ends the command when nobody answers.
    func status() throws -> BridgeStatus {
        do {
            return try answer()
        } catch {
            throw failure("\(error)")
        }
    }

    /// Of the service with the DevEUI of the configuration: another one may have a socket of the same name.
    func answer() throws -> BridgeStatus { try find().status }

    /// Tells the service to do something, and ends the command where it is not done.
    /// - Returns: what the service says.
    func order(_ page: String) throws -> String {
        do {
            let answer = try LocalRequest.get(page, socket: try find().path, patience: Self.patience)
            return String(decoding: answer, as: UTF8.self).split(separator: "\n").first.map(String.init) ?? ""
        } catch {
            throw failure("\(error)")
        }
    }

    private func find() throws -> (status: BridgeStatus, path: String) {
        var reasons: [String] = []
        for path in candidates {
            do {
                let answer = try LocalRequest.get("/status", socket: path, patience: Self.patience)
                let status = try read(answer, path)
                guard let devEui, status.devEui != devEui else { return (status, path) }
                reasons.append("\(path): that is the service of DevEUI \(status.devEui), not of \(devEui)")
            } catch let error as HardwareError {
                reasons.append("\(error)")
            }
        }
        throw Unanswered(description: (reasons + [remark].compactMap { $0 }).joined(separator: "; "))
    }

    private func read(_ answer: [UInt8], _ path: String) throws -> BridgeStatus {
        do {
            return try BridgeStatus(json: answer)
        } catch {
            throw Unanswered(
                description: "\(path): the service is of another version than this command: start it anew")
        }
    }

    private struct Unanswered: Error, CustomStringConvertible { let description: String }
}
