package io.trivet.cli.s3;

import io.trivet.cli.remote.ClusterCommand;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.CommandFailure;
import io.trivet.cli.text.Text;
import io.trivet.client.Account;
import io.trivet.client.Profile;
import io.trivet.client.Profiles;
import io.trivet.model.Address;
import java.io.IOException;
import java.util.List;

/** Whose access key and secret are used: those of the profile that every command finds. */
final class S3Profile {
    private S3Profile() {}

    /** Throws {@link CommandFailure} where there is none, or it has no user. */
    static Profile find(Console console, List<Address> seeds) throws IOException, CommandFailure {
        Profiles profiles = Profiles.ofProcess(console.environment());
        List<Address> asked = seeds.isEmpty() ? ClusterCommand.usualSeeds(console) : seeds;
        Profile profile = profiles.find(asked, ClusterCommand.DEFAULT)
                .map(Profiles.Found::profile)
                .orElseThrow(() -> new CommandFailure(Text.of(
                        "there is no profile: `trivet demo` starts a trial; for another cluster put its profile at {0}"
                                + " or name it in {1}",
                        profiles.usual(), Profiles.ENVIRONMENT)));
        return asked.isEmpty() ? profile : profile.at(asked);
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
