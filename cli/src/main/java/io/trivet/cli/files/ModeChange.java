package io.trivet.cli.files;

import io.trivet.cli.text.Text;
import io.trivet.cli.text.WrongUsage;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A change of permissions as {@code chmod} writes it: {@code 640}, or clauses such as {@code
 * u+x,go-w}. Without u, g, o or a, a clause is for all three: there is no umask in a cluster. The
 * bits that give rights to whoever runs a file are not kept, so they cannot be written.
 */
record ModeChange(List<Clause> clauses) {
    private static final int ALL = 0777;
    private static final Pattern OCTAL = Pattern.compile("0?[0-7]{1,3}");
    private static final Pattern CLAUSE = Pattern.compile("([ugoa]*)([-+=])([rwxX]*)");

    /** One clause: what happens to the permissions of {@code who}, a mask of bits. */
    record Clause(int who, char operator, int bits, boolean ifAny) {
        int applied(int mode) {
            boolean runs = ifAny && (mode & 0111) != 0;
            int meant = who & (bits | (runs ? 0111 : 0));
            return switch (operator) {
                case '+' -> mode | meant;
                case '-' -> mode & ~meant;
                default -> (mode & ~who) | meant;
            };
        }
    }

    ModeChange {
        clauses = List.copyOf(clauses);
    }

    /** Throws {@link WrongUsage} with the forms that are allowed. */
    static ModeChange parse(String text) {
        if (OCTAL.matcher(text).matches()) {
            return new ModeChange(List.of(new Clause(ALL, '=', Integer.parseInt(text, 8), false)));
        }
        List<Clause> clauses = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            Matcher clause = CLAUSE.matcher(part);
            if (!clause.matches()) {
                throw new WrongUsage(
                        Text.of("{0}: a mode is 0 to 777 in octal, or written like u+x, go-w or a=r", text));
            }
            String bits = clause.group(3);
            clauses.add(
                    new Clause(who(clause.group(1)), clause.group(2).charAt(0), bits(bits), bits.indexOf('X') >= 0));
        }
        return new ModeChange(clauses);
    }

    private static int who(String letters) {
        int who = 0;
        for (int i = 0; i < letters.length(); i++) {
            who |= switch (letters.charAt(i)) {
                case 'u' -> 0700;
                case 'g' -> 0070;
                case 'o' -> 0007;
                default -> ALL;
            };
        }
        return letters.isEmpty() ? ALL : who;
    }

    private static int bits(String letters) {
        int bits = 0;
        for (int i = 0; i < letters.length(); i++) {
            bits |= switch (letters.charAt(i)) {
                case 'r' -> 0444;
                case 'w' -> 0222;
                case 'x' -> 0111;
                default -> 0; // X depends on the mode
            };
        }
        return bits;
    }

    /** The permissions after the change. */
    int applied(int before) {
        int mode = before & ALL;
        for (Clause clause : clauses) {
            mode = clause.applied(mode);
        }
        return mode;
    }
}
