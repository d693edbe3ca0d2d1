package io.trivet.cli.text;

import static io.trivet.cli.text.Language.CHINESE;
import static io.trivet.cli.text.Language.ENGLISH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.model.Refusal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TextTest {
    @Test
    void aTextIsSaidInTheLanguageThatIsAskedFor() {
        Text text = Text.of("restored {0}", "/a b");
        assertThat(text.in(ENGLISH)).isEqualTo("restored /a b");
        assertThat(text.in(CHINESE)).isEqualTo("已恢复 /a b");
        assertThat(text).hasToString("restored /a b");
    }

    @Test
    void partsAreTextsThemselves() {
        Text text = Text.of("{0} owed", Text.count(3, "replica"));
        assertThat(text.in(ENGLISH)).isEqualTo("3 replicas owed");
        assertThat(text.in(CHINESE)).isEqualTo("欠 3 个副本");
        assertThat(Text.count(1, "directory").in(ENGLISH)).isEqualTo("1 directory");
        assertThat(Text.count(0, "directory").in(ENGLISH)).isEqualTo("0 directories");
    }

    @Test
    void whatComesFromElsewhereSteersNoTerminal() {
        for (Language language : Language.values()) {
            assertThat(Text.of("restored {0}", "a\u001b[2J\n{0}$1\\").in(language))
                    .endsWith(" a\\x1b[2J\\n{0}$1\\");
            assertThat(Text.told("a\u001b[2J").in(language)).isEqualTo("a\\x1b[2J");
            assertThat(Text.joined("a\u001b").in(language)).isEqualTo("a\\x1b");
            assertThat(Text.row("%s", "a\u001b").in(language)).isEqualTo("a\\x1b");
        }
    }

    @Test
    void listsAreJoinedAsTheLanguageDoes() {
        assertThat(Text.list(List.of("n0", "n1")).in(ENGLISH)).isEqualTo("n0, n1");
        assertThat(Text.list(List.of("n0", "n1")).in(CHINESE)).isEqualTo("n0，n1");
        assertThat(Text.clauses(List.of("a", "b")).in(CHINESE)).isEqualTo("a；b");
    }

    /** In columns of the terminal, whatever the language. */
    @Test
    void rowsStandBelowEachOther() {
        String pattern = "%-5s %9s  %s";
        Text head = Text.row(pattern, Text.of("node"), Text.of("used"), Text.of("address"));
        Text line = Text.row(pattern, "n0", "350 MiB", "server1:7777");
        assertThat(head.in(ENGLISH)).isEqualTo("node       used  address");
        assertThat(head.in(CHINESE)).isEqualTo("节点       已用  地址");
        assertThat(line.in(CHINESE)).isEqualTo("n0      350 MiB  server1:7777");
        assertThat(Text.row(pattern, "数据", "1", "")).hasToString("数据          1");
    }

    @Test
    void jsonIsTheSameInEveryLanguage() {
        Json json = new Json().put("state", Text.of("down").toString());
        assertThat(json.in(CHINESE)).isEqualTo(json.in(ENGLISH)).isEqualTo("{\"state\":\"down\"}");
    }

    @Test
    void inEnglishARefusalHasItsOwnWords() {
        for (Refusal.Kind kind : Refusal.Kind.values()) {
            assertThat(RefusalText.what(kind)).hasToString(kind.text());
        }
        Refusal refusal = new Refusal(Refusal.Kind.NOT_EMPTY, "/dir", "add -r");
        assertThat(RefusalText.of(refusal)).hasToString(refusal.message());
    }

    @Test
    void aMissingRightIsNamedAndWhoGrantsIt() {
        Refusal refusal = new Refusal(Refusal.Kind.FORBIDDEN, "/x", "user alice has no right to write there");
        assertThat(RefusalText.of(refusal))
                .hasToString(
                        "/x: forbidden: user alice has no right to write there: an administrator can grant it (`trivet user grant`)");
        assertThat(RefusalText.of(refusal).in(CHINESE))
                .endsWith("：用户 alice 在那里没有 write 权限：可由管理员授予（`trivet user grant`）");
        assertThat(RefusalText.of(new Refusal(Refusal.Kind.FORBIDDEN, "/x", "user alice has no right there, nor below"))
                        .in(CHINESE))
                .contains("用户 alice 在那里及其下面都没有权限");
    }

    @Test
    void aQuotaIsSaidInUnits() {
        Refusal directory = new Refusal(
                Refusal.Kind.QUOTA,
                "/a",
                "its quota is 10737418240 bytes, of which 10200547328 are used, and this takes 629145600 more: remove something, or ask an administrator for more");
        assertThat(RefusalText.of(directory))
                .hasToString(
                        "/a: over quota: its quota is 10 GiB, 9.5 GiB are used, and this needs 600 MiB more: remove something, or ask an administrator for more");
        Refusal user = new Refusal(
                Refusal.Kind.QUOTA,
                "ada",
                "this user may have 1024 bytes, has 7, and this takes 2048 more: what is in the trash counts; remove something past it, or ask an administrator for more");
        assertThat(RefusalText.of(user).toString())
                .contains("this user may have 1 KiB, has 7 bytes, and this needs 2 KiB more")
                .contains("`trivet trash empty`");
        assertThat(RefusalText.of(user).in(CHINESE)).contains("这个用户最多可有 1 KiB");
    }

    /** One failure may tell of another, as far down as it likes. */
    @Test
    void whatIsToldIsTranslatedWithWhatItTellsOf() {
        assertThat(Text.told("n2: unreachable: 127.0.0.1:7 did not answer in time")
                        .in(CHINESE))
                .isEqualTo("n2：无法连接，请检查地址、网络和节点是否在运行：127.0.0.1:7 没有及时应答");
        assertThat(Text.told(
                                "it is not known whether the change was made (h:1: busy: something new): check, then try again")
                        .in(CHINESE))
                .isEqualTo("无法确认是否已执行（h:1：正忙，请稍后重试：something new）：请先查看，再重试");
        assertThat(Text.told("something new").in(CHINESE)).isEqualTo("something new");
    }

    @ParameterizedTest
    @CsvSource({
        "zh_CN.UTF-8, CHINESE",
        "zh_CN.utf8, CHINESE",
        "zh_CN, CHINESE",
        "zh_SG.UTF-8, CHINESE",
        "zh, CHINESE",
        "zh-Hans_CN.UTF-8, CHINESE",
        "zh_CN.UTF-8@cjknarrow, CHINESE",
        "zh_CN.GBK, ENGLISH",
        "zh_CN.GB18030, ENGLISH",
        "zh_TW.UTF-8, ENGLISH",
        "zh-Hant_CN.UTF-8, ENGLISH",
        "en_GB.UTF-8, ENGLISH",
        "de_DE.UTF-8, ENGLISH",
        "C, ENGLISH",
        "C.UTF-8, ENGLISH",
        "POSIX, ENGLISH"
    })
    void theLocaleChooses(String locale, Language language) {
        assertThat(Language.ofLocale(locale)).isEqualTo(language);
    }

    @Test
    void variablesCountInTheOrderOfPosix() {
        assertThat(Language.ofEnvironment(Map.of())).isEqualTo(ENGLISH);
        assertThat(Language.ofEnvironment(Map.of("LANG", "zh_CN.UTF-8"))).isEqualTo(CHINESE);
        assertThat(Language.ofEnvironment(Map.of("LANG", "en_US.UTF-8", "LC_MESSAGES", "zh_CN.UTF-8")))
                .isEqualTo(CHINESE);
        assertThat(Language.ofEnvironment(Map.of("LC_MESSAGES", "zh_CN.UTF-8", "LC_ALL", "C.UTF-8")))
                .isEqualTo(ENGLISH);
        assertThat(Language.ofEnvironment(Map.of("LC_ALL", "", "LANG", "zh_CN.UTF-8")))
                .isEqualTo(CHINESE);
    }

    @Test
    void anOptionGoesBeforeTheLocale() {
        assertThat(Language.ofArguments("ls", "--lang", "zh")).contains(CHINESE);
        assertThat(Language.ofArguments("--lang=en", "ls")).contains(ENGLISH);
        assertThat(Language.ofArguments("ls", "--", "--lang", "zh")).isEmpty();
        assertThat(Language.ofArguments("ls", "--lang")).isEmpty();
        assertThat(Language.ofArguments("ls", "--lang", "xx")).isEmpty();
    }

    @Test
    void aCatalogueIsMadeOfPairs() {
        TextCatalogue textCatalogue = TextCatalogue.of(List.of("by {0} of {1}", "{1} 的 {0}", "full", "满"));
        assertThat(textCatalogue.translation("full")).isEqualTo("满");
        assertThat(textCatalogue.translation("nothing")).isEqualTo("nothing");
        assertThat(textCatalogue.matched("by a$ of b", part -> part)).contains("b 的 a$");
        assertThat(textCatalogue.matched("by a", part -> part)).isEmpty();
        for (List<String> wrong : Arrays.asList(List.of("alone"), List.of("a", "b", "a", "c"))) {
            assertThatThrownBy(() -> TextCatalogue.of(wrong)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
