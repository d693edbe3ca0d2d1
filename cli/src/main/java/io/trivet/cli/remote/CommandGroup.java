package io.trivet.cli.remote;

import io.trivet.model.Address;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A command with subcommands, for which its {@code --cluster} counts too. */
public interface CommandGroup {
    /** The value of {@code --cluster}; null without it. */
    @Nullable
    List<Address> seeds();
}
