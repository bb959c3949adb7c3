import Timekeeping

/// What the network changes in a module.
enum ModuleChange: Hashable {
    case power, channels, repetitions, receive2, timing
}

extension ModuleSettings {
    /// MAC commands (TS001 5) that the simulated server sends.
    /// - Parameter powers: dBm by index.
    /// - Returns: the answers, and what has changed.
    mutating func obey(
        _ commands: [UInt8], powers: [Int: Int]
    ) -> (answers: [UInt8], changes: Set<ModuleChange>, linkCheck: (margin: Int, gateways: Int)?, time: UInt32?) {
        var answers: [UInt8] = []
        var changes: Set<ModuleChange> = []
        var check: (margin: Int, gateways: Int)?
        var time: UInt32?
        var rest = commands[...]
        while let identifier = rest.popFirst() {
            let arguments = Array(rest)
            switch identifier {
            case 0x03 where arguments.count >= 4:
                rest = rest.dropFirst(4)
                let power = Int(arguments[0] & 15)
                guard hasADR, plan.isFixed || powers[power] != nil else {
                    answers += [0x03, 0]
                    continue
                }
                // The limit of the antenna is not known here.
                powerIndex = plan.isFixed ? max(5, power) : power
                changes.insert(.power)
                dataRate = Int(arguments[0] >> 4)
                let mask = UInt16(littleEndian: arguments[1..<3])
                for bit in 0..<16 {
                    let index = Int(arguments[3] >> 4 & 7) * 16 + bit
                    guard channels.indices.contains(index),
                        channels[index].frequency > 0, !plan.isFixed || mask != 0
                    else { continue }
                    channels[index].isOn = mask & 1 << bit != 0
                }
                changes.insert(.channels)
                repetitions = max(1, Int(arguments[3] & 15))
                changes.insert(.repetitions)
                answers += [0x03, 7]
            case 0x05 where arguments.count >= 4:
                rest = rest.dropFirst(4)
                receive1Offset = Int(arguments[0] >> 4 & 7)
                receive2DataRate = Int(arguments[0] & 15)
                receive2Frequency = Int(UInt32(littleEndian: arguments[1..<4])) * 100
                changes.insert(.receive2)
                answers += [0x05, 7]
            case 0x06: answers += [0x06, 0, 10]
            case 0x07 where arguments.count >= 5:
                rest = rest.dropFirst(5)
                let frequency = Int(UInt32(littleEndian: arguments[1..<4])) * 100
                guard (3..<16).contains(Int(arguments[0])) else {
                    answers += [0x07, 0]
                    continue
                }
                channels[Int(arguments[0])] = .init(
                    frequency: frequency, isOn: frequency > 0, dutyCycle: 799)
                changes.insert(.channels)
                answers += [0x07, 3]
            case 0x08 where arguments.count >= 1:
                rest = rest.dropFirst(1)
                receiveDelay = .seconds(Int64(max(1, arguments[0] & 15)))
                changes.insert(.timing)
                answers += [0x08]
            case 0x02 where arguments.count >= 2:
                rest = rest.dropFirst(2)
                check = (Int(arguments[0]), Int(arguments[1]))
            case 0x0D where arguments.count >= 5:
                rest = rest.dropFirst(5)
                time = UInt32(littleEndian: arguments[0..<4])
            default: return (answers, changes, check, time)
            }
        }
        return (answers, changes, check, time)
    }
}
