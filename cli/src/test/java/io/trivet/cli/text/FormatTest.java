package io.trivet.cli.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FormatTest {
    @Test
    void bytesAreBinary() {
        assertThat(List.of(
                        0L, 1L, 1023L, 1024L, 1536L, 12_900_000L, 500L << 20, (1L << 30) - 1, 5L << 30, Long.MAX_VALUE))
                .map(Format::bytes)
                .containsExactly(
                        "0 bytes",
                        "1 byte",
                        "1023 bytes",
                        "1 KiB",
                        "1.5 KiB",
                        "12.3 MiB",
                        "500 MiB",
                        "1 GiB",
                        "5 GiB",
                        "8 EiB");
    }

    @Test
    void durationsAreShort() {
        assertThat(List.of(0, 14, 94, 95, 1949, 59_940, 59_960, 125_000, 3_780_000, 86_400_000))
                .map(millis -> Format.duration(Duration.ofMillis(millis)))
                .containsExactly(
                        "0.00 s",
                        "0.01 s",
                        "0.09 s",
                        "0.1 s",
                        "1.9 s",
                        "59.9 s",
                        "1 min",
                        "2 min 5 s",
                        "1 h 3 min",
                        "24 h");
    }

    @Test
    void ratesAreInMebibytes() {
        assertThat(Format.rate(500L << 20, Duration.ofMillis(1900))).isEqualTo("263 MiB/s");
        assertThat(Format.rate(1, Duration.ZERO)).isEqualTo("0 MiB/s");
        assertThat(Format.rate(5.25 * (1 << 20))).isEqualTo("5.25 MiB/s");
    }

    @Test
    void countsAreGrammatical() {
        assertThat(Text.count(1, "chunk")).hasToString("1 chunk");
        assertThat(Text.count(0, "entry")).hasToString("0 entries");
    }

    @Test
    void whatWouldSteerATerminalIsEscaped() {
        assertThat(VisibleText.of("数据 über.csv")).isEqualTo("数据 über.csv");
        assertThat(VisibleText.of("a\u001b[2Jb\n\r\t\u0000\u009b\u202etxt\ud800"))
                .isEqualTo("a\\x1b[2Jb\\n\\r\\t\\x00\\x9b\\u202etxt\\ud800");
    }

    @Test
    void jsonIsValidWhateverANameHolds() {
        Json json = new Json()
                .put("a\"b", "q\\\u0001\u007f\ud800 数😀")
                .put("n", null)
                .put("l", List.of(1, 2L, true, "x", new Json()))
                .put("d", 1.5);
        assertThat(json)
                .hasToString(
                        "{\"a\\\"b\":\"q\\\\\\u0001\\u007f\\ud800 数😀\",\"n\":null,\"l\":[1,2,true,\"x\",{}],\"d\":1.5}");
        assertThatThrownBy(() -> Json.text(new Object())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Json.text(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
    }
}
