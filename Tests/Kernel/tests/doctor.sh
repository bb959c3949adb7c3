# What doctor and radio say of all that.
configure "$wired"
tell smarty
until_true 10 eval "[ -c /dev/ttyUSB0 ]"
holds "doctor finds nothing, and sends a frame" doctor --transmit
holds "and says so of the reset line" said "line 2 resets the chip"
holds "and of DIO0" said "line 0 rises when the chip says so"
holds "and of the meter" said "encrypted"
holds "and of the frame" said "bytes went out"
configure "reset_line = 4
dio0_line = 0"
holds "a reset line that is wired to nothing is found" eval '! doctor && said "line 4 does not reset the chip"'
configure "reset_line = 2
dio0_line = 4"
holds "and so is a DIO0 that never rises" eval '! doctor && said "line 4 did not rise"'
configure "$wired" "${smarty/4D4E4F/4D4E00}"
holds "and so is a wrong key" eval '! doctor && said "FAILED      meter main"'
configure "$wired"
begin
until_true 10 said "radio ready"
cp /run/output /run/before
holds "a running service is not disturbed" eval 'doctor && said "the running service holds it"'
cp /run/before /run/output
holds "the service ends when told to" ends_within_two_seconds
tell unplug
"$P1LORA_PROGRAM" radio registers --config /run/p1lora.toml > /run/output 2>&1
holds "the registers are read" said "0x42  0x12"
