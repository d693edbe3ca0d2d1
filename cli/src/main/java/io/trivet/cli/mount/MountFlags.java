package io.trivet.cli.mount;

import io.trivet.cli.text.Text;
import io.trivet.cli.text.WrongUsage;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What {@code -o} says, in the words of {@code mount} and {@code /etc/fstab}.
 *
 * @param user who owns all files, by number; null for the one who mounts
 */
record MountFlags(
        boolean readOnly,
        boolean allowOther,
        @Nullable Integer user,
        @Nullable Integer group) {
    /** True of every mount, or meant for {@code mount} itself. */
    private static final Set<String> SO_ANYWAY = Set.of(
            "rw",
            "defaults",
            "nosuid",
            "nodev",
            "noatime",
            "exec",
            "async",
            "_netdev",
            "noauto",
            "auto",
            "nofail",
            "user",
            "nouser");

    /** Throws {@link WrongUsage} for a word that is not known. */
    static MountFlags of(List<String> words) {
        MountFlags flags = new MountFlags(false, false, null, null);
        for (String word : words) {
            flags = flags.with(word);
        }
        return flags;
    }

    private MountFlags with(String word) {
        int equals = word.indexOf('=');
        String name = equals < 0 ? word : word.substring(0, equals);
        String value = equals < 0 ? "" : word.substring(equals + 1);
        return switch (name) {
            case "ro" -> new MountFlags(true, allowOther, user, group);
            case "allow_other" -> new MountFlags(readOnly, true, user, group);
            case "uid" -> new MountFlags(readOnly, allowOther, number(word, value), group);
            case "gid" -> new MountFlags(readOnly, allowOther, user, number(word, value));
            default -> {
                if (!SO_ANYWAY.contains(word)) {
                    throw new WrongUsage(Text.of("-o {0} is not known", word));
                }
                yield this;
            }
        };
    }

    private static int number(String word, String value) {
        if (!value.matches("[0-9]{1,9}")) {
            throw new WrongUsage(Text.of("-o {0}: a number is expected", word));
        }
        return Integer.parseInt(value);
    }
}
