package io.trivet.cli;

import java.io.File;
import java.util.Locale;
import java.util.regex.Pattern;

/** Which names of a cluster can be names of files in a local directory. They come from others, and the cluster itself may lie. */
final class PlainNames {
    /** Whatever stands behind a dot. */
    private static final Pattern DEVICE =
            Pattern.compile("(CON|PRN|AUX|NUL|CLOCK\\$|CONIN\\$|CONOUT\\$|(COM|LPT)[0-9\u00b9\u00b2\u00b3])( *\\..*)?");

    private PlainNames() {}

    /** Whether it names something in a directory and nothing else, on this system. */
    static boolean plain(String name) {
        return plain(name, File.separatorChar == '\\');
    }

    /**
     * The same for a system.
     *
     * @param windows where some names are devices in every directory, a colon leads into a stream of a file, and dots and blanks at the end do not count
     */
    static boolean plain(String name, boolean windows) {
        boolean anywhere = !name.isEmpty()
                && !name.equals(".")
                && !name.equals("..")
                && name.indexOf('/') < 0
                && name.indexOf('\0') < 0;
        return anywhere && !(windows && isOdd(name));
    }

    private static boolean isOdd(String name) {
        return name.indexOf('\\') >= 0
                || name.indexOf(':') >= 0
                || name.endsWith(".")
                || name.endsWith(" ")
                || DEVICE.matcher(name.toUpperCase(Locale.ROOT)).matches();
    }
}
