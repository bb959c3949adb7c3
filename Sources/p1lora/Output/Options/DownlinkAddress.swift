import ArgumentParser

/// Whose downlink it is, in the words of the servers.
struct DownlinkAddress: ParsableArguments {
    @Option(help: ArgumentHelp("The device's EUI, for ChirpStack.", valueName: "hex"))
    var devEui = "DEV_EUI"

    @Option(help: "ChirpStack's identifier of the application, or The Things Stack's.")
    var application = "APPLICATION"

    @Option(help: "The Things Stack's tenant; ttn for The Things Network.")
    var tenant = "ttn"

    @Option(help: "The Things Stack's name of the device.")
    var device = "DEVICE"
}
