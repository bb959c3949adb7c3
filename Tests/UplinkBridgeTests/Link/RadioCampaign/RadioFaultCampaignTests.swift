import Foundation
import Synchronization
import TestTags
import Testing
import Timekeeping

/// P1LORA_CAMPAIGN=full tries every transfer of every scene, P1LORA_CAMPAIGN=sx126x those of one kind of chip, P1LORA_CAMPAIGN=fsk
/// and so on those of one scene, which takes minutes; otherwise each fault is tried at one transfer of each scene.
@Suite(.tags(.campaign), .slow) struct RadioFaultCampaignTests {
    private static let wish = ProcessInfo.processInfo.environment["P1LORA_CAMPAIGN"] ?? ""

    private static let measured = Mutex<[RadioScene: ClosedRange<Int>]>([:])

    private static func steps(of scene: RadioScene) throws -> ClosedRange<Int> {
        try measured.withLock { known in
            if let steps = known[scene] { return steps }
            let steps = try CampaignRun(scene).measure()
            known[scene] = steps
            return steps
        }
    }

    @Test(arguments: RadioScene.cases)
    func `whatever fails at whichever transfer, the bridge sends and hears again within two minutes and reuses nothing`(
        scene: RadioScene, fault: RadioFault
    ) throws {
        let steps = try Self.steps(of: scene)
        #expect(steps.count > 60)
        let number = scene.faults.firstIndex(of: fault) ?? 0
        let isFull = ["full", scene.family, scene.name].contains(Self.wish)
        let stride = isFull ? 1 : steps.count
        var (silence, deafness, cases) = (TimeSpan.zero, TimeSpan.zero, 0)
        for step in Swift.stride(
            from: steps.lowerBound + (isFull ? 0 : number * steps.count / scene.faults.count),
            through: steps.upperBound, by: stride)
        {
            let run = try CampaignRun(scene)
            let findings = try run.findings(fault, at: step)
            #expect(findings == [], "\(scene.name): \(fault) at transfer \(step)")
            (silence, deafness, cases) = (max(silence, run.silence), max(deafness, run.deafness), cases + 1)
        }
        if isFull {
            print("campaign: \(scene.name) \(fault): \(cases) cases, silent \(silence), deaf \(deafness) at most")
        }
    }
}
