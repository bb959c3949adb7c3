package import LoRaWAN
package import RadioDrivers

extension SessionStore {
    /// What was found at the start.
    package struct Restored {
        package var state: DeviceState?
        package var nextDevNonce: UInt32 = 0
        /// Of a module that is the radio, or was before.
        package var module: ModuleRecord?
        /// The FCntUp behind those set aside, when they may have been used.
        package var assumedCounter: FrameCounter?
        /// Whether air-time may have been spent of which nobody knows.
        package var mayHaveSent = false
        package var isFromSafetyFile = false
        /// Why a record was of no use.
        package var damage: [String] = []
        /// What the safety file has of the same session.
        private var reserved: FrameCounter?
        /// A record of a module that can't be read.
        private var lacksModule = false
    }
}

extension SessionStore.Restored {
    init(_ stored: StoredDevice) {
        do {
            state = try stored.state.map { bytes throws(DeviceStateError) in try DeviceState(decoding: bytes) }
        } catch {
            damage.append("\(error)")
        }
        module = stored.module.flatMap { ModuleRecord(decoding: $0) }
        lacksModule = stored.module != nil && module == nil
        if lacksModule { damage.append("the module's record can't be read") }
        nextDevNonce = stored.nextDevNonce
    }

    /// nil for a device that is new. A module's session is not in the state, and a chip's is in nothing else.
    var kept: KeptDevice? { state.map { KeptDevice(state: $0, module: $0.session == nil ? module : nil) } }

    /// Takes what the safety file has where that is newer, or nothing else is whole.
    mutating func consider(_ safe: KeptDevice, isNewer: Bool) {
        nextDevNonce = max(nextDevNonce, safe.state.nextDevNonce)
        guard let kept, kept.state.session != nil || !lacksModule, !isNewer else {
            (state, isFromSafetyFile, mayHaveSent) = (safe.state, true, true)
            module = safe.module ?? module
            return
        }
        if safe.isInSession(of: kept) { reserved = safe.nextCounter }
    }

    /// The service has not said that it ended: frames may have been sent of which nothing here knows.
    mutating func assumeCountersUsed() {
        assumedCounter = reserved ?? kept?.nextCounter?.settingAside()
    }
}
