package io.trivet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.cli.text.Language;
import io.trivet.cli.text.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * What the client and the nodes refuse with has its Chinese: looks for the details of refusals in
 * their sources, with a number in every place that is filled, and translates them.
 */
final class ToldTest {
    /** Calls that make a refusal, and the helpers of single classes for it. */
    private static final Pattern REFUSAL = Pattern.compile(
            "\\b(?:TrivetException\\.of|new Refusal|corrupt|bad|forbidden|changed|refused|denied|noQuorum|stale)\\s*\\(");

    /**
     * Between programs: a mistake of a client or a node, which no option or file of a person causes.
     * Quotas and limits of users have a text of their own (QuotaText); callers end what SlotCandidates begins.
     */
    private static final Set<String> INTERNAL = Set.of(
            "AdminStates",
            "AeadCipher",
            "Authenticator",
            "Authorizer",
            "BackupRestore",
            "ChunkSender",
            "ChunkStore",
            "ChunkStream",
            "ChunkToken",
            "ChunkTokenIssuer",
            "ChunkWriter",
            "ClusterKeyStore",
            "Commands",
            "CommitCheck",
            "DataFrameBuffers",
            "DirectoryTree",
            "FileChecksum",
            "FileVerification",
            "KeyRotation",
            "Keyring",
            "KnownCluster",
            "Layouts",
            "LeaderCalls",
            "LeaderFileStates",
            "NodeCertificate",
            "NodeRegistry",
            "OwnSeat",
            "Promises",
            "Queries",
            "QuorumErrors",
            "Quotas",
            "RaftMember",
            "ReceiptCollector",
            "ReceiptSigner",
            "ReconciliationPass",
            "RepairSurroundings",
            "RequestDispatcher",
            "RequestSecurity",
            "RowCheck",
            "SaveReservations",
            "SeedLeaderCalls",
            "Sessions",
            "Settings",
            "SigningRequest",
            "SlotCandidates",
            "SlotNames",
            "Tokens",
            "Users");

    @Test
    void whatIsRefusedHasItsChinese() throws IOException {
        Set<String> english = new TreeSet<>();
        Set<String> needed = new TreeSet<>();
        int details = 0;
        for (Path root : SaidTest.ELSEWHERE) {
            for (Path file : SaidTest.files(root)) {
                String name = file.getFileName().toString().replace(".java", "");
                for (String detail : details(Files.readString(file))) {
                    details++;
                    if (isEnglish(Text.told(detail).in(Language.CHINESE))) {
                        needed.add(name);
                        if (!INTERNAL.contains(name)) {
                            english.add(name + ": " + detail);
                        }
                    }
                }
            }
        }
        assertThat(details).isGreaterThan(300);
        assertThat(english).isEmpty();
        assertThat(needed).as("exceptions that are needed no more").containsAll(INTERNAL);
    }

    /** Commands and options are the same in every language. */
    private static boolean isEnglish(String said) {
        return SaidTest.WORDS.matcher(said.replaceAll("'[^']*'|`[^`]*`", "")).find();
    }

    private static List<String> details(String file) {
        String source = SaidTest.withoutComments(file);
        List<String> details = new ArrayList<>();
        Matcher refusal = REFUSAL.matcher(source);
        while (refusal.find()) {
            List<String> arguments = split(source, refusal.end(), ',');
            filled(arguments.getLast())
                    .filter(detail -> SaidTest.WORDS.matcher(detail).find())
                    .ifPresent(details::add);
        }
        return details;
    }

    /** A sentence that is put together from literals and other parts; empty for one without literals. */
    private static Optional<String> filled(String expression) {
        StringBuilder sentence = new StringBuilder();
        boolean said = false;
        for (String part : split(expression + ")", 0, '+')) {
            String word = part.strip();
            boolean literal = word.startsWith("\"") && word.endsWith("\"");
            sentence.append(literal ? word.substring(1, word.length() - 1).replace("\\\"", "\"") : "7");
            said |= literal;
        }
        return said ? Optional.of(sentence.toString()) : Optional.empty();
    }

    /** What stands from {@code begin} to the bracket that closes there, in parts. */
    private static List<String> split(String source, int begin, char between) {
        List<String> parts = new ArrayList<>();
        int depth = 0;
        int from = begin;
        boolean literal = false;
        for (int i = begin; i < source.length(); i++) {
            char c = source.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '"') {
                literal = !literal;
            } else if (!literal) {
                if (c == between && depth == 0) {
                    parts.add(source.substring(from, i));
                    from = i + 1;
                }
                depth += c == '(' || c == '{' || c == '[' ? 1 : c == ')' || c == '}' || c == ']' ? -1 : 0;
                if (depth < 0) {
                    parts.add(source.substring(from, i));
                    return parts;
                }
            }
        }
        throw new AssertionError("no end: " + source.substring(begin, Math.min(source.length(), begin + 100)));
    }
}
