package io.trivet.namespace;

import io.trivet.message.StateMessages.TokenRow;
import io.trivet.model.Command;
import io.trivet.model.OpenToken;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.namespace.Store.Pair;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Join tokens: stored as the hash of their secret, with the number of uses left, invalid after
 * their expiry.
 */
final class Tokens {
    static final int MAX_TOKENS = 1000;
    static final int MAX_USES = 1000;

    /** The length of the prefix of its hash that names a token for operators. */
    static final int ID_CHARACTERS = 12;

    private static final Pattern HASH = Pattern.compile("[0-9a-f]{" + Command.TOKEN_HASH_CHARACTERS + "}");

    private static final Pattern ID = Pattern.compile("[0-9a-f]{" + ID_CHARACTERS + "}");

    private final Transaction rows;
    private final Instant now;

    Tokens(Transaction rows, Instant now) {
        this.rows = rows;
        this.now = now;
    }

    /** Issuing the same token again adds neither uses nor time. */
    void issue(Command.IssueToken token) {
        if (!HASH.matcher(token.secretHash()).matches()) {
            throw bad("a token is known by the SHA-256 of its secret, in hexadecimal");
        }
        if (token.uses() < 1 || token.uses() > MAX_USES) {
            throw bad("a token is used 1 to " + MAX_USES + " times, not " + token.uses());
        }
        if (!token.expires().isAfter(now)) {
            throw bad("the token has expired already");
        }
        byte[] key = RowKeys.token(token.secretHash());
        if (!rows.has(key)) {
            makeRoom();
            rows.put(key, row(token.expires().toEpochMilli(), token.uses()));
        }
    }

    /**
     * Counts one use. Throws {@link TrivetException} with {@code DENIED} for a token that is no
     * longer valid.
     */
    void use(String secretHash) {
        if (!HASH.matcher(secretHash).matches()) {
            throw denied("not a token");
        }
        byte[] key = RowKeys.token(secretHash);
        TokenRow token = rows.get(key, TokenRow.parser());
        if (token == null) {
            throw denied("no such token, or it was used up: make a new one");
        }
        if (expired(token)) {
            throw denied("the token has expired: make a new one");
        }
        if (token.getUses() == 1) {
            rows.remove(key);
        } else {
            rows.put(key, row(token.getExpiresMs(), token.getUses() - 1));
        }
    }

    /** The hash of the token with this id, expired or not. */
    Optional<String> hashOf(String id) {
        return ID.matcher(id).matches()
                ? rows.range(RowKeys.tokens().startingAt(RowKeys.token(id)), 1).stream()
                        .map(row -> RowKeys.tokenOf(row.key()))
                        .filter(hash -> hash.startsWith(id))
                        .findFirst()
                : Optional.empty();
    }

    /** The tokens that are still valid. */
    List<OpenToken> open() {
        return rows.range(RowKeys.tokens(), MAX_TOKENS).stream()
                .map(Tokens::open)
                .filter(token -> token.expires().isAfter(now))
                .toList();
    }

    private static OpenToken open(Pair row) {
        TokenRow token = Transaction.parse(row, TokenRow.parser());
        String id = RowKeys.tokenOf(row.key()).substring(0, ID_CHARACTERS);
        return new OpenToken(id, Instant.ofEpochMilli(token.getExpiresMs()), token.getUses());
    }

    /** Deletes the tokens whose hash begins with {@code id}. */
    void revoke(String id) {
        List<Pair> meant = id.length() < ID_CHARACTERS
                ? List.of()
                : rows.range(RowKeys.tokens(), MAX_TOKENS).stream()
                        .filter(row -> RowKeys.tokenOf(row.key()).startsWith(id))
                        .toList();
        if (meant.isEmpty()) {
            throw bad("there is no token " + id + ": it was used up, or has expired");
        }
        meant.forEach(row -> rows.remove(row.key()));
    }

    private void makeRoom() {
        int kept = 0;
        for (Pair row : rows.range(RowKeys.tokens(), MAX_TOKENS)) {
            if (expired(Transaction.parse(row, TokenRow.parser()))) {
                rows.remove(row.key());
            } else {
                kept++;
            }
        }
        if (kept >= MAX_TOKENS) {
            throw TrivetException.of(Refusal.Kind.BUSY, "", MAX_TOKENS + " tokens are open: wait until some expire");
        }
    }

    private boolean expired(TokenRow token) {
        return token.getExpiresMs() <= now.toEpochMilli();
    }

    private static TokenRow row(long expiresMs, int uses) {
        return TokenRow.newBuilder().setExpiresMs(expiresMs).setUses(uses).build();
    }

    private static TrivetException bad(String detail) {
        return TrivetException.of(Refusal.Kind.BAD_REQUEST, "token", detail);
    }

    private static TrivetException denied(String detail) {
        return TrivetException.of(Refusal.Kind.DENIED, "token", detail);
    }
}
