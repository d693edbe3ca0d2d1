package io.trivet.cli.s3;

import io.trivet.cli.remote.ClusterCommand;
import io.trivet.cli.remote.TrialEndpoint;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.CommandFailure;
import io.trivet.cli.text.Text;
import io.trivet.client.Account;
import io.trivet.client.Profile;
import io.trivet.client.Profiles;
import io.trivet.model.Address;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whose access key and secret are used: those of the profile that every command finds.
 *
 * @param served where a trial that has this profile serves S3
 */
record S3Profile(Profile profile, Optional<String> served) {
    /** Throws {@link CommandFailure} where there is none. */
    static S3Profile find(Console console, List<Address> seeds) throws IOException, CommandFailure {
        Profiles profiles = Profiles.ofProcess(console.environment());
        List<Address> asked = seeds.isEmpty() ? ClusterCommand.usualSeeds(console) : seeds;
        Profiles.Found found = profiles.find(asked, ClusterCommand.DEFAULT)
                .orElseThrow(() -> new CommandFailure(Text.of(
                        "there is no profile: `trivet demo` starts a trial; for another cluster put its profile at {0}"
                                + " or name it in {1}",
                        profiles.usual(), Profiles.ENVIRONMENT)));
        return new S3Profile(
                asked.isEmpty() ? found.profile() : found.profile().at(asked), TrialEndpoint.of(found.file()));
    }

    /** Where S3 is served: as the user said, or where the trial serves it, or at the usual address. */
    String endpoint(@Nullable String said) {
        return said == null ? served.orElse(S3EnvironmentCommand.DEFAULT_ENDPOINT) : said;
    }

    /** Throws {@link CommandFailure} where the profile has no user. */
    Account account() throws CommandFailure {
        return account(profile);
    }

    /** Throws {@link CommandFailure} where the profile has no user. */
    static Account account(Profile profile) throws CommandFailure {
        Account account = profile.account();
        if (account == null) {
            throw new CommandFailure(Text.of("the profile has no access key and secret, and S3 needs them"));
        }
        return account;
    }
}
