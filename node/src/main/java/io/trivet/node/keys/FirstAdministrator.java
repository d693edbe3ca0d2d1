package io.trivet.node.keys;

import io.trivet.client.Account;
import io.trivet.file.AtomicFile;
import io.trivet.file.PrivateFiles;
import io.trivet.wire.credentials.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The administrator that a new cluster starts with. Its secret is in the file {@code administrator}
 * (0600) of the first node until the operator's profile is written, so that an interrupted
 * bootstrap does not lock the operator out; after that no plain copy is stored.
 */
public record FirstAdministrator(String name, Secret secret) {
    static final String NAME = "admin";
    private static final String FILE = "administrator";

    /** Durable on return. */
    public static FirstAdministrator make(Path data) throws IOException {
        FirstAdministrator made = new FirstAdministrator(NAME, Secret.random());
        String line = made.name + " " + made.secret.text() + "\n";
        AtomicFile.writePrivate(data.resolve(FILE), line.getBytes(StandardCharsets.US_ASCII));
        return made;
    }

    /** The administrator whose secret is stored here; empty if it was taken or never was here. */
    public static Optional<FirstAdministrator> waiting(Path data) throws IOException {
        Path file = data.resolve(FILE);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        PrivateFiles.requirePrivate(file);
        String[] words = Files.readString(file).strip().split(" ", 2);
        return Optional.of(new FirstAdministrator(words[0], new Secret(words.length == 2 ? words[1] : "")));
    }

    /** The account for requests. */
    public Account account() {
        return new Account(name, secret);
    }

    /** Deletes the file, once the secret is safe elsewhere. Durable on return. */
    public static void taken(Path data) throws IOException {
        AtomicFile.delete(data.resolve(FILE));
    }
}
