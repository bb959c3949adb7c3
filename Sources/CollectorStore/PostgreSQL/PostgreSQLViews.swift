import MeterValues

/// What a person or a dashboard asks in SQL: quarter-hours as rows, in the units of their registers.
enum PostgreSQLViews {
    static var sql: String { [scales, boundaries, quarterHours, views].joined(separator: "\n") }

    /// Whole units of `RegisterScale` in one of the unit in which a register is shown.
    private static var scales: String {
        let rows = MeterUnit.allCases.compactMap { unit in
            RegisterScale.unit(of: unit.dimension).map {
                "('\(unit.symbol)', 10 ^ \(unit.exponent - $0.exponent)::numeric)"
            }
        }
        return """
            CREATE TABLE scale (unit text PRIMARY KEY, units numeric NOT NULL);
            INSERT INTO scale VALUES \(rows.joined(separator: ", "));
            """
    }

    /// A day's content (`ProfileDay`): the boundaries at which the register is known, and whether the one before is of the
    /// same series.
    private static let boundaries = """
        CREATE FUNCTION boundaries(content bytea) RETURNS TABLE (slot integer, value bigint, joined boolean)
        LANGUAGE plpgsql IMMUTABLE AS $$
        DECLARE
            head integer := get_byte(content, 0);
            place integer := 1;
            known bytea;
            joints bytea;
            is_known boolean;
            was_known boolean := true;
            result numeric;
            factor numeric;
            piece integer;
        BEGIN
            IF head & 31 <> 1 THEN RAISE EXCEPTION 'a day of a newer form: use the views of its version'; END IF;
            IF head & 64 > 0 THEN
                known := substr(content, place + 1, 12);
                place := place + 12;
            END IF;
            IF head & 128 > 0 THEN place := place + 12; END IF;
            IF head & 32 > 0 THEN
                joints := substr(content, place + 1, 12);
                place := place + 12;
            END IF;
            value := 0;
            FOR slot IN 0..95 LOOP
                is_known := known IS NULL OR get_byte(known, slot / 8) >> (slot % 8) & 1 = 1;
                IF is_known THEN
                    result := 0;
                    factor := 1;
                    LOOP
                        piece := get_byte(content, place);
                        place := place + 1;
                        result := result + (piece & 127) * factor;
                        factor := factor * 128;
                        EXIT WHEN piece < 128;
                    END LOOP;
                    value := value + CASE WHEN result % 2 = 0 THEN result / 2 ELSE -(result + 1) / 2 END;
                    joined := CASE WHEN joints IS NULL THEN was_known
                        ELSE get_byte(joints, slot / 8) >> (slot % 8) & 1 = 1 END;
                    boundaries.slot := slot;
                    RETURN NEXT;
                END IF;
                was_known := is_known;
            END LOOP;
        END
        $$;
        """

    /// As `RegisterProfile` has them: no value where nobody knows the use, `total` what the register showed at the beginning.
    private static let quarterHours = """
        CREATE FUNCTION quarter_hours(since timestamptz, until timestamptz)
        RETURNS TABLE (device text, name text, meter text, register text, unit text, start timestamptz, "end" timestamptz,
            value numeric, total numeric)
        LANGUAGE sql STABLE SET search_path = p1lora, pg_temp AS $$
            WITH known AS (
                SELECT day.register, day.day * 96 + b.slot AS boundary, b.value, b.joined
                FROM day, boundaries(day.content) AS b
                WHERE day.day BETWEEN floor(extract(epoch FROM since) / 86400) - 18262
                    AND floor(extract(epoch FROM until) / 86400) - 18262
            ), pairs AS (
                SELECT *, lead(boundary) OVER next AS next_boundary, lead(known.value) OVER next AS next_value,
                    lead(joined) OVER next AS next_joined
                FROM known WINDOW next AS (PARTITION BY known.register ORDER BY boundary)
            )
            SELECT upper(lpad(to_hex(device.eui), 16, '0')), device.name, register.meter, register.name, register.unit,
                to_timestamp((pairs.boundary + 1753152) * 900), to_timestamp((pairs.boundary + 1753153) * 900),
                CASE WHEN next_boundary = boundary + 1 AND next_value >= pairs.value AND NOT EXISTS (
                    SELECT 1 FROM series_break AS b WHERE b.register = pairs.register AND b.after <= boundary
                        AND next_boundary <= b.until AND (b.after = boundary AND b.until = next_boundary OR NOT next_joined))
                    THEN (next_value - pairs.value) / scale.units END,
                pairs.value / scale.units
            FROM pairs JOIN register ON register.id = pairs.register JOIN device ON device.eui = register.device
                JOIN scale ON scale.unit = register.unit
            WHERE to_timestamp((pairs.boundary + 1753152) * 900) >= since
                AND to_timestamp((pairs.boundary + 1753152) * 900) < until
        $$;
        """

    private static let views = """
        CREATE VIEW quarter_hour AS SELECT * FROM quarter_hours('2020-01-01 00:00+00', '2079-01-01 00:00+00');
        CREATE VIEW bridge AS SELECT upper(lpad(to_hex(eui), 16, '0')) AS device, name, fleet, server,
            to_timestamp(heard_at) AS heard_at, heard, missed, 100.0 * missed / nullif(heard + missed, 0) AS loss,
            gateway, signal, noise_ratio, spreading_factor FROM device;
        """
}
