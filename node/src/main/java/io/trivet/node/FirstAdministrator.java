package io.trivet.node;

import io.trivet.authority.PrivateFile;
import io.trivet.client.Account;
import io.trivet.wire.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The user that a new cluster is born with, who may administer everything. The secret waits in the file {@code administrator} (0600) of the first node until
 * whoever made the cluster has taken it to a place of his own, so that a birth that is cut short does not lock him out; then it rests nowhere bare.
 */
public record FirstAdministrator(String name, Secret secret) {
    static final String NAME = "admin";
    private static final String FILE = "administrator";

    /** Durable on return. */
    static FirstAdministrator make(Path data) throws IOException {
        FirstAdministrator made = new FirstAdministrator(NAME, Secret.random());
        String line = made.name + " " + made.secret.text() + "\n";
        PrivateFile.write(data.resolve(FILE), line.getBytes(StandardCharsets.US_ASCII));
        return made;
    }

    /** The one whose secret waits here; empty when it was taken, or never was here. */
    public static Optional<FirstAdministrator> waiting(Path data) throws IOException {
        Path file = data.resolve(FILE);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        PrivateFile.requirePrivate(file);
        String[] words = Files.readString(file).strip().split(" ", 2);
        return Optional.of(new FirstAdministrator(words[0], new Secret(words.length == 2 ? words[1] : "")));
    }

    /** As whom to ask. */
    public Account account() {
        return new Account(name, secret);
    }

    /** Call it when the secret is safe elsewhere: it is forgotten here. */
    public static void taken(Path data) throws IOException {
        PrivateFile.delete(data.resolve(FILE));
    }
}
