package io.trivet.mount;

import io.trivet.model.Attributes;

/** Which of the attributes of a file of the cluster are extended attributes: {@code user.*}. */
final class ExtendedNames {
    private static final String PREFIX = "user.";

    private ExtendedNames() {}

    static boolean is(String name) {
        return name.startsWith(PREFIX) && name.length() > PREFIX.length();
    }

    /** Those alone. */
    static Attributes of(Attributes all) {
        Attributes some = all;
        for (String name : all.names()) {
            if (!is(name)) {
                some = some.without(name);
            }
        }
        return some;
    }
}
