package io.trivet.cli.doctor;

import io.trivet.cli.text.Json;
import io.trivet.cli.text.Text;
import java.util.List;
import java.util.Optional;

/**
 * The result of one check of {@code trivet doctor}.
 *
 * @param check what was checked, a word or two
 * @param found what was found
 * @param advice what to do; empty if nothing
 */
public record CheckResult(Verdict verdict, Text check, Text found, Optional<Text> advice) {
    /** The severity. */
    public enum Verdict {
        OK,
        /** A node would run, but a person should look at this. */
        WARN,
        /** A node would not run, or not keep its guarantees. */
        FAIL;

        Text word() {
            return switch (this) {
                case OK -> Text.of("ok");
                case WARN -> Text.of("warn");
                case FAIL -> Text.of("fail");
            };
        }
    }

    static CheckResult ok(Text check, Text found) {
        return new CheckResult(Verdict.OK, check, found, Optional.empty());
    }

    static CheckResult warn(Text check, Text found, Text advice) {
        return new CheckResult(Verdict.WARN, check, found, Optional.of(advice));
    }

    static CheckResult fail(Text check, Text found, Text advice) {
        return new CheckResult(Verdict.FAIL, check, found, Optional.of(advice));
    }

    Json json() {
        return new Json()
                .put("check", check.toString())
                .put("verdict", verdict.word().toString())
                .put("found", found.toString())
                .put("advice", advice.map(Text::toString).orElse(""));
    }

    /**
     * {@code ok disk /d found}, and the advice in a line below. {@code width}: that of the widest
     * check.
     */
    List<Text> lines(int width) {
        Text line = Text.row("%-4s  %-" + width + "s  %s", verdict.word(), check, found);
        return advice.map(todo -> List.of(line, Text.row("%" + (width + 8) + "s-> %s", "", todo)))
                .orElse(List.of(line));
    }
}
