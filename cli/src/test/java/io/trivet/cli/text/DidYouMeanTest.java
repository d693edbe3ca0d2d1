package io.trivet.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class DidYouMeanTest {
    private static final List<String> WORDS = List.of("load", "save", "status", "ls", "rm", "rebalance");

    @Test
    void aSlipOfTheFingersIsUnderstood() {
        assertThat(DidYouMean.nearest("laod", WORDS)).contains("load");
        assertThat(DidYouMean.nearest("sav", WORDS)).contains("save");
        assertThat(DidYouMean.nearest("stauts", WORDS)).contains("status");
        assertThat(DidYouMean.nearest("sl", WORDS)).contains("ls");
        assertThat(DidYouMean.nearest("rebalence", WORDS)).contains("rebalance");
    }

    @Test
    void anotherWordIsNoSlip() {
        assertThat(DidYouMean.nearest("put", WORDS)).isEmpty();
        assertThat(DidYouMean.nearest("format", WORDS)).isEmpty();
        assertThat(DidYouMean.nearest("", WORDS)).isEmpty();
        assertThat(DidYouMean.nearest("load", List.of())).isEmpty();
    }
}
