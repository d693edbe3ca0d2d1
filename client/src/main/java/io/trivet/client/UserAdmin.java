package io.trivet.client;

import io.trivet.model.Grant;
import io.trivet.model.User;
import io.trivet.model.UserUse;
import io.trivet.wire.credentials.Secret;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The users of a cluster, what each may do and how much. Any thread. */
public interface UserAdmin {
    /** All users in the order of their names, with what is granted to themselves. */
    List<User> list();

    /** All users with what each has, in the order of their names. */
    Map<User, UserUse> listWithUse();

    /** A new user, who may do nothing until rights are granted. */
    void add(String name, Secret secret);

    void remove(String name);

    /**
     * Another secret for a user; one may do that for oneself. Who logged in with the one before has
     * to log in again.
     */
    void rotateSecret(String name, Secret secret);

    /**
     * These are the rights of a user, or of a group with @ before its name, at the grant's path
     * from now on; none takes the grant away.
     */
    void setRights(String name, Grant grant);

    /**
     * How much a user may have and ask for from now on; as in {@link io.trivet.model.UserLimits}, with
     * -1 for no limit, or the usual one.
     *
     * @param bytes null leaves it as it is, like the others
     */
    void setLimits(
            String name,
            @Nullable Long bytes,
            @Nullable Long files,
            @Nullable Integer sessions,
            @Nullable Integer requests);
}
