package io.trivet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class WidthTest {
    @Test
    void aChineseCharacterTakesTwoColumns() {
        assertThat(List.of("", "data.csv", "数据.csv", "，：（）", "über", "e\u0301", "한글", "ｆ"))
                .map(Width::of)
                .containsExactly(0, 8, 8, 8, 4, 1, 4, 2);
    }

    @Test
    void whatIsCutFitsAndSaysSo() {
        assertThat(Width.cut("as wide as it may be", 20)).isEqualTo("as wide as it may be");
        assertThat(Width.cut("as wide as it may be", 19)).isEqualTo("as wide as it may …");
        assertThat(Width.cut("节点节点", 6)).isEqualTo("节点…");
        assertThat(Width.cut("节点节点", 7)).isEqualTo("节点节…");
    }

    @Test
    void cellsArePaddedToColumnsNotLetters() {
        assertThat(Width.left("节点", 6) + "|").isEqualTo("节点  |");
        assertThat(Width.right("已用", 6)).isEqualTo("  已用");
        assertThat(Width.left("a long cell", 3)).isEqualTo("a long cell");
    }
}
