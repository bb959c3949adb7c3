import HardwareInterfaces
import HardwareSimulators
import RadioDrivers
import Testing
import Timekeeping

@Suite struct RN2483ProbeTests {
    let world = SimulatedWorld(startingAt: UTCInstant(secondsSince1970: 1_795_000_000))

    private func probe(_ line: any BreakableLine) -> RN2483Probe {
        RN2483Probe(line: line, clock: world.clock, waiter: world)
    }

    @Test(arguments: [ModuleFirmware.v095, .v100, .v101, .v103, .v105])
    func `a module of any firmware tells what it is, and nothing in it is changed`(firmware: ModuleFirmware) throws {
        let module = RN2483Simulator(world: world, air: Air(world: world), firmware: firmware)
        var probe = probe(module)
        let portrait = try probe.ask()
        #expect(firmware.banner.hasPrefix(portrait.name.prefix(6)))
        #expect(portrait.identity?.count == 16)
        #expect(try #require(portrait.supply) > 2_000)
        #expect(module.commands.allSatisfy { $0.hasPrefix("sys get") } && module.refused.isEmpty && module.resets == 0)
    }

    @Test func `an adapter with nothing behind it is told from one with something else`() throws {
        final class Wire: BreakableLine {
            var says: [UInt8]
            init(_ says: String) { self.says = Array(says.utf8) }
            var pollDescriptor: Int32? { nil }
            func read(into buffer: inout [UInt8], limit: Int) -> ReadOutcome {
                buffer += says
                return says.isEmpty ? .nothingYet : .bytes(says.count)
            }
            func write(_ bytes: [UInt8]) {}
            func setBreak(_ isOn: Bool) {}
        }
        var silent = probe(Wire(""))
        let nothing = #expect(throws: RadioError.self) { try silent.ask() }
        #expect(nothing?.message.contains("no module answers") == true)
        for noise in ["1-0:1.8.0(000025.653*kWh)\r\n", String(repeating: "x", count: 3_000)] {
            var noisy = probe(Wire(noise))
            let another = #expect(throws: RadioError.self) { try noisy.ask() }
            #expect(another?.message.contains("not as an RN2483") == true)
        }
    }

    @Test func `an adapter that is pulled out ends the questions`() throws {
        let module = RN2483Simulator(world: world, air: Air(world: world))
        module.plannedFault = (command: 0, fault: .unplugged)
        var probe = probe(module)
        let error = #expect(throws: (any Error).self) { try probe.ask() }
        #expect("\(String(describing: error))".contains("unplugged"))
    }
}
