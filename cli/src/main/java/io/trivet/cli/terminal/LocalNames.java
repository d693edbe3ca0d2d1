package io.trivet.cli.terminal;

import io.trivet.cli.text.CommandFailure;
import io.trivet.cli.text.Text;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Converts between names of local files, which are bytes, and remote names, which are text in
 * UTF-8. Decides which remote names are safe in a local directory, since they come from other users
 * and the cluster itself may lie. Decides which local names are text: Java would turn all others
 * into the same mark, and one file could replace another.
 */
public final class LocalNames {
    /** What Java puts in place of bytes that are not text; a name may also really contain it. */
    public static final char MARK = '\uFFFD';

    /** With any extension. */
    private static final Pattern DEVICE =
            Pattern.compile("(CON|PRN|AUX|NUL|CLOCK\\$|CONIN\\$|CONOUT\\$|(COM|LPT)[0-9\u00b9\u00b2\u00b3])( *\\..*)?");

    private LocalNames() {}

    /** Whether the name refers to an entry of a directory and nothing else, on this system. */
    public static boolean plain(String name) {
        return plain(name, File.separatorChar == '\\');
    }

    /**
     * As above, for a given system.
     *
     * @param windows where some names are devices in every directory, a colon selects a stream of a
     *     file, and dots and blanks at the end are ignored
     */
    public static boolean plain(String name, boolean windows) {
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

    /** Whether the last name of a path is text. */
    public static boolean isText(Path path) {
        Path name = path.getFileName();
        return name == null || path.resolveSibling(name.toString()).equals(path);
    }

    public static CommandFailure refusal(Path path) {
        return new CommandFailure(
                Text.of("{0}: its name is not valid UTF-8, as names in a cluster are: rename it", visible(path)));
    }

    /**
     * The path with {@code \xff} in place of each byte that is not text, so that different names
     * never look alike.
     */
    public static String visible(Path path) {
        String text = path.toString();
        return text.indexOf(MARK) < 0 ? text : visible(bytes(path.toUri().getRawPath()), path.isAbsolute());
    }

    private static String visible(byte[] absolute, boolean whole) {
        String text = visible(absolute);
        String here = Path.of("").toAbsolutePath() + "/";
        return !whole && text.startsWith(here) ? text.substring(here.length()) : text;
    }

    /** The text, with {@code \xff} for each byte that is not text. */
    static String visible(byte[] bytes) {
        StringBuilder visible = new StringBuilder();
        ByteBuffer left = ByteBuffer.wrap(bytes);
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        CharBuffer chars = CharBuffer.allocate(bytes.length);
        while (left.hasRemaining()) {
            CoderResult result = decoder.reset().decode(left, chars, true);
            visible.append(chars.flip());
            chars.clear();
            for (int i = 0; result.isError() && i < result.length(); i++) {
                visible.append(String.format("\\x%02x", left.get() & 0xff));
            }
        }
        return visible.toString();
    }

    /** The bytes of a path, which only its URI reveals. */
    private static byte[] bytes(String rawPath) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < rawPath.length(); i++) {
            if (rawPath.charAt(i) == '%') {
                bytes.write(HexFormat.fromHexDigits(rawPath, i + 1, i + 3));
                i += 2;
            } else {
                bytes.write(rawPath.charAt(i));
            }
        }
        return bytes.toByteArray();
    }
}
