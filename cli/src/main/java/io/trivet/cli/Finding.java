package io.trivet.cli;

import java.util.Locale;

/**
 * What {@code trivet doctor} found in one place.
 *
 * @param check what was looked at, a word or two
 * @param found what is there
 * @param advice what to do; empty where nothing is to be done
 */
record Finding(Verdict verdict, String check, String found, String advice) {
    /** How bad it is. */
    enum Verdict {
        OK,
        /** A node would run, and somebody should look. */
        WARN,
        /** A node would not run, or not keep what it promises. */
        FAIL;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static Finding ok(String check, String found) {
        return new Finding(Verdict.OK, check, found, "");
    }

    static Finding warn(String check, String found, String advice) {
        return new Finding(Verdict.WARN, check, found, advice);
    }

    static Finding fail(String check, String found, String advice) {
        return new Finding(Verdict.FAIL, check, found, advice);
    }

    Json json() {
        return new Json()
                .put("check", check)
                .put("verdict", verdict.word())
                .put("found", found)
                .put("advice", advice);
    }

    /** {@code ok    disk /d   found}, and what to do in a line below. */
    String text(int width) {
        String line = "%-4s  %s%s  %s"
                .formatted(verdict.word(), check, " ".repeat(Math.max(0, width - check.length())), found);
        return Wording.visible(line)
                + (advice.isEmpty() ? "" : "\n" + " ".repeat(width + 8) + "-> " + Wording.visible(advice));
    }
}
