package io.trivet.client;

import io.trivet.model.Grant;
import io.trivet.model.User;
import io.trivet.model.UserUse;
import io.trivet.wire.credentials.Secret;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The users of a cluster, their rights and limits. Any thread. */
public interface UserAdmin {
    /** All users, sorted by name, with their own grants. */
    List<User> list();

    /** All users with what each uses, sorted by name. */
    Map<User, UserUse> listWithUse();

    /** Adds a user, without rights. */
    void add(String name, Secret secret);

    void remove(String name);

    /**
     * Replaces a user's secret; every user may replace its own. Connections that logged in with the
     * former secret must log in again.
     */
    void rotateSecret(String name, Secret secret);

    /**
     * Sets the rights of a user, or of a group with @ before its name, at the grant's path; an
     * empty set removes the grant.
     */
    void setRights(String name, Grant grant);

    /**
     * Sets what a user may have and request, as in {@link io.trivet.model.UserLimits}. -1 for
     * sessions or requests restores the default.
     *
     * @param bytes null keeps the setting, like the others
     */
    void setLimits(
            String name,
            @Nullable Long bytes,
            @Nullable Long files,
            @Nullable Integer sessions,
            @Nullable Integer requests);
}
