/// Configurations that tests begin with.
package enum TestConfiguration {
    /// The shortest one that is valid.
    package static let minimal = """
        [[meter]]
        input = "/dev/ttyUSB0"
        [lorawan]
        join_eui = "0000000000000001"
        dev_eui = "70B3D57ED0000001"
        app_key = "2B7E151628AED2A6ABF7158809CF4F3C"
        [[report]]
        fields = ["1-0:1.8.0"]
        """
}
