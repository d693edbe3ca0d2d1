package io.trivet.cli.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.cli.text.WrongUsage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class GlobPatternTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    *.csv        | a/b/data.csv   | true
                    *.csv        | a.csv/data.bin | false
                    a/*          | a/b            | true
                    a/*          | a/b/c          | false
                    a/**         | a/b/c          | true
                    **/c         | c              | true
                    **/c         | a/b/c          | true
                    a/**/c       | a/c            | true
                    {a,b}/*.x    | b/1.x          | true
                    {a,b}/*.x    | c/1.x          | false
                    f[1-3]       | d/f2           | true
                    f[!1-3]      | f2             | false
                    f[!1-3]      | f9             | true
                    a?c          | abc            | true
                    \\*          | *              | true
                    \\*          | x              | false
                    a+(b)$       | a+(b)$         | true
                    数*          | 目录/数据      | true
                    """)
    void patternsFitWhatTheySay(String glob, String path, boolean fits) {
        assertThat(GlobPattern.parse(glob).matches(path)).isEqualTo(fits);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "[a", "{a", "a\\"})
    void whatIsNoPatternIsRefused(String glob) {
        assertThatThrownBy(() -> GlobPattern.parse(glob)).isInstanceOf(WrongUsage.class);
    }
}
