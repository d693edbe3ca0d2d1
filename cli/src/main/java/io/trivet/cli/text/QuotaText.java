package io.trivet.cli.text;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Refusals of quotas and limits for people. The masters say bytes, and their words must not change:
 * all masters keep the same outcomes, also while releases are mixed.
 */
final class QuotaText {
    private static final Pattern DIRECTORY = Pattern.compile(
            "its quota is (\\d{1,18}) bytes, of which (\\d{1,18}) are used, and this takes (\\d{1,18}) more: .*");
    private static final Pattern USER = Pattern.compile(
            "this user may have (\\d{1,18}) bytes, has (\\d{1,18}), and this takes (\\d{1,18}) more: .*");
    private static final Pattern FILES_OF_USER = Pattern.compile(
            "this user may have (\\d{1,18}) files, has (\\d{1,18}), and this makes (\\d{1,18}) more: .*");

    private QuotaText() {}

    /** Empty for other details. */
    static Optional<Text> of(String detail) {
        Matcher directory = DIRECTORY.matcher(detail);
        if (directory.matches()) {
            return Optional.of(Text.of(
                    "its quota is {0}, {1} are used, and this needs {2} more: remove something, or ask an administrator for more",
                    bytes(directory, 1), bytes(directory, 2), bytes(directory, 3)));
        }
        Matcher user = USER.matcher(detail);
        if (user.matches()) {
            return Optional.of(Text.of(
                    "this user may have {0}, has {1}, and this needs {2} more: what is in the trash counts: `trivet trash empty` and `trivet rm --now` free space, or ask an administrator for more",
                    bytes(user, 1), bytes(user, 2), bytes(user, 3)));
        }
        Matcher files = FILES_OF_USER.matcher(detail);
        return files.matches()
                ? Optional.of(Text.of(
                        "this user may have {0} files, has {1}, and this makes {2} more: what is in the trash counts: `trivet trash empty` and `trivet rm --now` free space, or ask an administrator for more",
                        files.group(1), files.group(2), files.group(3)))
                : Optional.empty();
    }

    private static String bytes(Matcher matcher, int group) {
        return Format.bytes(Long.parseLong(matcher.group(group)));
    }
}
