package io.trivet.cli.remote;

import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.Json;
import io.trivet.cli.text.Text;
import io.trivet.cli.text.WrongUsage;
import io.trivet.wire.credentials.Secret;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Option;

/**
 * The source of a new secret. It is never an argument, because every list of processes would show
 * it.
 */
public final class SecretOption {
    @Option(
            names = "--secret-from-input",
            description =
                    "Take the secret from the first line of standard input; without, one is made and printed once.")
    public boolean fromInput;

    /** Throws {@link WrongUsage} if a secret is required and missing. */
    public Secret secret(Console console) throws IOException {
        if (!fromInput) {
            return Secret.random();
        }
        BufferedReader lines = new BufferedReader(new InputStreamReader(console.input(), StandardCharsets.US_ASCII));
        String line = lines.readLine();
        if (line == null || line.isBlank()) {
            throw new WrongUsage(Text.of("--secret-from-input: no secret came on standard input"));
        }
        return new Secret(line.strip());
    }

    /** Prints the secret if it was generated here; it is shown only this once. */
    public void tell(Console console, String name, Secret secret, boolean json) {
        if (json) {
            Json told = new Json().put("accessKey", name);
            console.say(fromInput ? told : told.put("secret", secret.text()));
            return;
        }
        console.say(Text.joined("access-key = ", name)); // lines of a profile: the same in every language
        if (!fromInput) {
            console.say(Text.joined("secret = ", secret.text()));
        }
    }
}
