package io.trivet.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class DisplayWidthTest {
    @Test
    void aChineseCharacterTakesTwoColumns() {
        assertThat(List.of("", "data.csv", "数据.csv", "，：（）", "über", "e\u0301", "한글", "ｆ"))
                .map(DisplayWidth::of)
                .containsExactly(0, 8, 8, 8, 4, 1, 4, 2);
    }

    @Test
    void whatIsCutFitsAndSaysSo() {
        assertThat(DisplayWidth.cut("as wide as it may be", 20)).isEqualTo("as wide as it may be");
        assertThat(DisplayWidth.cut("as wide as it may be", 19)).isEqualTo("as wide as it may …");
        assertThat(DisplayWidth.cut("节点节点", 6)).isEqualTo("节点…");
        assertThat(DisplayWidth.cut("节点节点", 7)).isEqualTo("节点节…");
    }

    @Test
    void cellsArePaddedToColumnsNotLetters() {
        assertThat(DisplayWidth.left("节点", 6) + "|").isEqualTo("节点  |");
        assertThat(DisplayWidth.right("已用", 6)).isEqualTo("  已用");
        assertThat(DisplayWidth.left("a long cell", 3)).isEqualTo("a long cell");
    }
}
