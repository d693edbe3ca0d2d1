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
    void linesAreBrokenBetweenWords() {
        assertThat(DisplayWidth.wrapped("as wide as it may be", 20)).containsExactly("as wide as it may be");
        assertThat(DisplayWidth.wrapped("  as wide as it may be", 12))
                .containsExactly("  as wide as", "    it may", "    be");
        assertThat(DisplayWidth.wrapped("a-word-that-is-longer than that", 8))
                .containsExactly("a-word-that-is-longer", "  than", "  that");
        assertThat(DisplayWidth.wrapped("n2 已离线（9 分钟），其他节点会接管", 18))
                .allSatisfy(line -> assertThat(DisplayWidth.of(line)).isLessThanOrEqualTo(18))
                .noneSatisfy(line -> assertThat(line.strip()).startsWith("，"));
        assertThat(DisplayWidth.wrapped("", 5)).containsExactly("");
        assertThat(DisplayWidth.wrapped("two words", 0)).containsExactly("two", "  words");
    }

    @Test
    void cellsArePaddedToColumnsNotLetters() {
        assertThat(DisplayWidth.left("节点", 6) + "|").isEqualTo("节点  |");
        assertThat(DisplayWidth.right("已用", 6)).isEqualTo("  已用");
        assertThat(DisplayWidth.left("a long cell", 3)).isEqualTo("a long cell");
    }
}
