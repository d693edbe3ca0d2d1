package io.trivet.node;

import io.trivet.model.ChunkId;
import io.trivet.model.FileId;
import io.trivet.model.NodeId;
import io.trivet.model.RemotePath;
import io.trivet.model.Right;
import io.trivet.model.SessionId;
import java.util.List;
import java.util.Set;

/** Who may ask for something. */
sealed interface Need {
    /** Before any login. What is secret about the request is in the request itself, or there is nothing. */
    record Anyone() implements Need {}

    /** Any user that has logged in. */
    record AnyUser() implements Need {}

    /** A user with at least one of these rights at the path. */
    record OneRight(RemotePath path, Set<Right> rights) implements Need {}

    /** A user with at least one of these rights at the path; or a member, which settles a conflict by the record. */
    record OneRightOrNode(RemotePath path, Set<Right> rights) implements Need {}

    /** All of these. */
    record All(List<Need> needs) implements Need {}

    /** A user with at least one of these rights where this file was before it came into the trash. */
    record Trashed(FileId file, Set<Right> rights) implements Need {}

    /** A user who may read and write where this file was; one that is not in the trash any more is there already, when an answer was lost. */
    record Untrashed(FileId file, RemotePath path) implements Need {}

    /** The user whose session this is. */
    record OwnSession(SessionId session) implements Need {}

    /** This user, or whoever may administer everything. */
    record Oneself(String user) implements Need {}

    /** A member: a node of the published set that was not removed. Certificates or the secret of nodes say that it is one. */
    record Member() implements Need {}

    /** A master, by proof of the cluster's keys: the log does what these say, so it takes more than to be called one. */
    record KnowsClusterKeys() implements Need {}

    /** That node and no other. */
    record ThatNode(NodeId node) implements Need {}

    /** A node that the published view calls a master. */
    record Master() implements Need {}

    /** Whoever may administer everything, or a master: it has the cluster's key anyway. */
    record AdministratorOrMaster() implements Need {}

    /** Whoever may administer everything, or a member. */
    record AdministratorOrNode() implements Need {}

    /** Whoever has a token for these chunks with one of these rights; or a member, which repairs. */
    record Chunks(Set<Right> rights, List<ChunkId> chunks) implements Need {}

    /** Nobody over the wire: the leader proposes it itself. */
    record TheLeaderItself() implements Need {}
}
