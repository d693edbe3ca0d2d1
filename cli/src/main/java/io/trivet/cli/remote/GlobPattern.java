package io.trivet.cli.remote;

import io.trivet.cli.text.Text;
import io.trivet.cli.text.WrongUsage;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A pattern for local and remote names: {@code *} matches anything in a name, {@code **} anything
 * in a path, {@code ?} one character, {@code [a-z]} and {@code [!a-z]} one of a set, {@code {a,b}}
 * one of several; a backslash escapes. A pattern with a slash matches the path below the walked
 * directory, one without matches the last name at any depth.
 */
public record GlobPattern(String text, Pattern pattern) {
    /** Throws {@link WrongUsage} for an invalid pattern. */
    public static GlobPattern parse(String text) {
        try {
            return new GlobPattern(text, Pattern.compile(expression(text), Pattern.DOTALL));
        } catch (PatternSyntaxException | IndexOutOfBoundsException e) {
            throw new WrongUsage(
                    Text.of("{0}: not a pattern: a bracket or brace is not closed, or a backslash ends it", text));
        }
    }

    /** {@code path} is relative, with slashes between its names. */
    public boolean matches(String path) {
        String subject = text.indexOf('/') >= 0 ? path : path.substring(path.lastIndexOf('/') + 1);
        return pattern.matcher(subject).matches();
    }

    private static String expression(String text) {
        StringBuilder made = new StringBuilder();
        boolean inBraces = false;
        String glob = text.startsWith("/") ? text.substring(1) : text;
        for (int i = 0; i < glob.length(); i++) {
            char c = glob.charAt(i);
            switch (c) {
                case '\\' -> made.append(Pattern.quote(glob.substring(++i, i + 1)));
                case '?' -> made.append("[^/]");
                case '*' -> {
                    boolean deep = glob.startsWith("**", i);
                    boolean whole = deep && glob.startsWith("**/", i);
                    made.append(whole ? "(?:.*/)?" : deep ? ".*" : "[^/]*");
                    i += whole ? 2 : deep ? 1 : 0;
                }
                case '[' -> {
                    int end = glob.indexOf(']', i + 2);
                    String set = glob.substring(i + 1, end)
                            .replace("\\", "\\\\")
                            .replace("[", "\\[")
                            .replace("&&", "&\\&");
                    made.append('[')
                            .append(set.startsWith("!") ? "^/" + set.substring(1) : set)
                            .append(']');
                    i = end;
                }
                case '{' -> {
                    inBraces = true;
                    made.append("(?:");
                }
                case '}' -> {
                    made.append(inBraces ? ")" : "\\}");
                    inBraces = false;
                }
                case ',' -> made.append(inBraces ? "|" : ",");
                default -> made.append(Pattern.quote(String.valueOf(c)));
            }
        }
        return made.toString();
    }
}
