import BridgeConfiguration
package import LoRaWAN

/// Many devices in the forms in which servers take them at once. Each holds the keys.
extension Registration {
    /// The columns of ``plainRow``.
    package static let plainHeader = "name,dev_eui,join_eui,app_key,region,class"

    /// A line of a CSV file for everybody; nil for a device without a join.
    package var plainRow: String? {
        guard case .overTheAir(let joinEUI, let appKey) = device.activation else { return nil }
        let deviceClass = device.deviceClass == .c ? "C" : "A"
        return [name, "\(device.devEUI)", "\(joinEUI)", hex(appKey), device.region.name, deviceClass]
            .joined(separator: ",")
    }

    /// The columns of ``thingsStackRow``, as The Things Stack's import knows them ("CSV File Reference").
    package static let thingsStackHeader =
        "id;dev_eui;join_eui;name;frequency_plan_id;lorawan_version;lorawan_phy_version;app_key;supports_class_c"

    /// A line of The Things Stack's CSV import, whose columns are separated by semicolons; nil for a device without a join.
    package var thingsStackRow: String? {
        guard case .overTheAir(let joinEUI, let appKey) = device.activation else { return nil }
        return [
            name, "\(device.devEUI)", "\(joinEUI)", name, frequencyPlan, macVersion, regionalParameters, hex(appKey),
            "\(device.deviceClass == .c)",
        ].joined(separator: ";")
    }

    /// A script for a shell that registers devices at ChirpStack's REST interface, which has no import of its own. It can be
    /// run again: what is there already, in this application and with this key, is passed over.
    package static func chirpStackScript(_ devices: [Registration]) -> String {
        let calls = devices.compactMap { device -> String? in
            guard case .overTheAir(let joinEUI, let appKey) = device.device.activation else { return nil }
            return "register \(device.device.devEUI) \(joinEUI) \(device.hex(appKey)) \(device.name)".lowercased()
        }
        return ChirpStackScript.head + calls.joined(separator: "\n") + "\n" + ChirpStackScript.tail
    }

    package var devEUI: DevEUI { device.devEUI }
}

enum ChirpStackScript {
    static let head = #"""
        #!/bin/sh
        # Registers p1lora bridges in ChirpStack 4 through its REST interface (chirpstack-rest-api), one by one, and looks at
        # each answer. May be run again: what is registered already is passed over. Holds keys: keep it to yourself.
        #   CHIRPSTACK_URL=http://localhost:8090 CHIRPSTACK_API_KEY=... APPLICATION_ID=... DEVICE_PROFILE_ID=... sh FILE
        set -u
        : "${CHIRPSTACK_URL:?the address of the REST interface, such as http://localhost:8090}"
        : "${CHIRPSTACK_API_KEY:?an API key of the tenant (ChirpStack: API keys)}"
        : "${APPLICATION_ID:?the identifier of the application}"
        : "${DEVICE_PROFILE_ID:?the identifier of a device profile of this region, with LoRaWAN 1.0.4 and OTAA}"
        APPLICATION_ID=$(printf %s "$APPLICATION_ID" | tr A-F a-f)
        answer=$(mktemp) || exit 1
        trap 'rm -f "$answer" "$answer.first"' EXIT
        made=0 there=0 failed=0

        # METHOD PATH [BODY]: prints the status, keeps the answer. Key and body go through a pipe, so that ps shows neither.
        call() {
            {
                printf 'header = "Grpc-Metadata-Authorization: Bearer %s"\n' "$CHIRPSTACK_API_KEY"
                printf 'header = "Content-Type: application/json"\n'
                printf 'request = "%s"\nurl = "%s%s"\n' "$1" "${CHIRPSTACK_URL%/}" "$2"
                if [ $# -gt 2 ]; then printf 'data = "%s"\n' "$(printf %s "$3" | sed 's/["\\]/\\&/g')"; fi
            } | curl -sS --max-time 30 -o "$answer" -w '%{http_code}' -K -
        }

        holds() { tr -d ' \n' < "$answer" | tr A-Z a-z | grep -qF "$1"; }

        fail() {
            echo "$eui: $1: $(head -c 300 "$answer")" >&2
            failed=$((failed + 1))
        }

        # Whether a request was carried out, or what it asks for is there already: STATUS PATH WHAT-THE-OBJECT-HOLDS
        is_there() {
            [ "$1" != 000 ] || { echo "no answer from $CHIRPSTACK_URL" >&2; exit 1; }
            [ "$1" != 401 ] || { echo "CHIRPSTACK_API_KEY is refused: $(head -c 300 "$answer")" >&2; exit 1; }
            [ "$1" = 200 ] && return 0
            cp "$answer" "$answer.first"
            found=$(call GET "$2")
            if [ "$found" = 200 ]; then
                holds "$3" && rm -f "$answer.first" && return 0
                echo '{"message":"it is registered already, in another application or with another key"}' > "$answer"
                rm -f "$answer.first"
            else
                mv "$answer.first" "$answer"
            fi
            return 1
        }

        register() {
            eui=$1
            ids="\"devEui\":\"$eui\",\"joinEui\":\"$2\",\"name\":\"$4\""
            ids="$ids,\"applicationId\":\"$APPLICATION_ID\",\"deviceProfileId\":\"$DEVICE_PROFILE_ID\""
            status=$(call POST /api/devices "{\"device\":{$ids}}")
            is_there "$status" "/api/devices/$eui" "\"applicationid\":\"$APPLICATION_ID\"" || { fail "device ($status)"; return; }
            # In LoRaWAN 1.0.x the field of the NwkKey holds the AppKey.
            status=$(call POST "/api/devices/$eui/keys" "{\"deviceKeys\":{\"devEui\":\"$eui\",\"nwkKey\":\"$3\"}}")
            is_there "$status" "/api/devices/$eui/keys" "\"nwkkey\":\"$3\"" || { fail "keys ($status)"; return; }
            if [ "$status" = 200 ]; then made=$((made + 1)); else there=$((there + 1)); fi
        }


        """#

    static let tail = #"""

        echo "$made registered, $there there already, $failed failed"
        [ "$failed" -eq 0 ]

        """#
}
