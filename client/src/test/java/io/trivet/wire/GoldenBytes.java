package io.trivet.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Bytes written by earlier releases, one {@code name hexadecimal} per line in {@code golden.txt}. A
 * released line never changes, because later releases must read it. A run with {@code
 * -Dtrivet.golden=write} adds new ones.
 */
public final class GoldenBytes {
    private static final Path FILE = Path.of("src/test/resources/io/trivet/wire/protocol/golden.txt");

    private final Map<String, String> lines = new LinkedHashMap<>();
    private final Map<String, String> missing = new LinkedHashMap<>();

    public GoldenBytes() throws IOException {
        for (String line : Files.exists(FILE) ? Files.readAllLines(FILE) : java.util.List.<String>of()) {
            if (!line.startsWith("#") && !line.isBlank()) {
                int space = line.indexOf(' ');
                lines.put(line.substring(0, space), line.substring(space + 1).strip());
            }
        }
    }

    /**
     * Returns the bytes stored under this name, which must equal {@code now}; where none are
     * stored, notes them as missing.
     */
    public byte[] same(String name, byte[] now) {
        String hexadecimal = HexFormat.of().formatHex(now);
        String kept = lines.get(name);
        if (kept == null) {
            missing.put(name, hexadecimal);
            return now;
        }
        assertThat(hexadecimal).as("bytes of " + name).isEqualTo(kept);
        return HexFormat.of().parseHex(kept);
    }

    /** Fails if something has no golden bytes, unless this run writes them. */
    public void requireAll() throws IOException {
        StringBuilder text = new StringBuilder();
        missing.forEach(
                (name, bytes) -> text.append(name).append(' ').append(bytes).append('\n'));
        if (missing.isEmpty()) {
            return;
        }
        if (!"write".equals(System.getProperty("trivet.golden"))) {
            fail("no golden bytes in " + FILE + " for:\n" + text + "look at them, then run with -Dtrivet.golden=write");
        }
        Files.writeString(
                FILE, text.toString(), StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
