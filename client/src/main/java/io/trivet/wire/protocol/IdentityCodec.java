package io.trivet.wire.protocol;

import com.google.protobuf.ByteString;
import io.trivet.message.WireMessages;
import io.trivet.model.CallerIdentity;
import io.trivet.model.NodeId;
import io.trivet.wire.credentials.ChannelBinding;
import io.trivet.wire.credentials.SignedText;

/**
 * Converts requests and replies about logins and keys to messages of {@code wire.proto} and back.
 */
final class IdentityCodec {
    private IdentityCodec() {}

    static WireMessages.Request.LogIn to(Request.LogIn login) {
        WireMessages.Request.LogIn.Builder builder = WireMessages.Request.LogIn.newBuilder()
                .setNonce(ByteString.copyFrom(login.nonce()))
                .setProof(ByteString.copyFrom(login.proof()))
                .setBinding(number(login.binding()));
        switch (login.who()) {
            case CallerIdentity.OfUser user -> {
                builder.setUser(user.name());
                if (user.delegate() instanceof CallerIdentity.Delegate delegate) {
                    builder.setDelegate(delegate.node().number()).setDelegateUntilMs(delegate.untilMs());
                }
            }
            case CallerIdentity.OfNode node -> builder.setNode(node.node().number());
            case CallerIdentity.Anonymous ignored -> throw new IllegalArgumentException("nobody has nothing to prove");
        }
        return builder.build();
    }

    static Request.LogIn from(WireMessages.Request.LogIn message) {
        CallerIdentity who = switch (message.getWhoCase()) {
            case USER ->
                new CallerIdentity.OfUser(
                        message.getUser(),
                        0,
                        message.hasDelegate()
                                ? new CallerIdentity.Delegate(
                                        new NodeId(message.getDelegate()), message.getDelegateUntilMs())
                                : null);
            case NODE -> new CallerIdentity.OfNode(new NodeId(message.getNode()));
            case WHO_NOT_SET -> throw new IllegalArgumentException("a login is somebody's");
        };
        return new Request.LogIn(
                who, message.getNonce().toByteArray(), message.getProof().toByteArray(), binding(message.getBinding()));
    }

    /** 0 is what there was alone at first. */
    private static int number(ChannelBinding binding) {
        return switch (binding) {
            case EXPORTER -> 0;
            case SERVER_END_POINT -> 1;
        };
    }

    private static ChannelBinding binding(int number) {
        for (ChannelBinding each : ChannelBinding.values()) {
            if (number(each) == number) {
                return each;
            }
        }
        throw new IllegalArgumentException("a login is bound to a channel in a way that this release does not know");
    }

    static WireMessages.Request.Delegate to(Request.Delegate delegate) {
        return WireMessages.Request.Delegate.newBuilder()
                .setAccessKey(delegate.signed().accessKey())
                .addAllTexts(delegate.signed().texts())
                .setSignature(delegate.signed().signature())
                .setClient(delegate.client())
                .build();
    }

    static Request.Delegate from(WireMessages.Request.Delegate message) {
        return new Request.Delegate(
                new SignedText(message.getAccessKey(), message.getTextsList(), message.getSignature()),
                message.getClient());
    }

    static WireMessages.Response.Delegated to(Reply.Delegated delegated) {
        return WireMessages.Response.Delegated.newBuilder()
                .setSigningKey(ByteString.copyFrom(delegated.signingKey()))
                .setLoginKey(ByteString.copyFrom(delegated.loginKey()))
                .setUntilMs(delegated.untilMs())
                .setValidMs(delegated.validMs())
                .build();
    }

    static Reply.Delegated from(WireMessages.Response.Delegated message) {
        return new Reply.Delegated(
                message.getSigningKey().toByteArray(),
                message.getLoginKey().toByteArray(),
                message.getUntilMs(),
                message.getValidMs());
    }

    static WireMessages.Response.TokenKeys to(Reply.TokenKeys keys) {
        WireMessages.Response.TokenKeys.Builder builder = WireMessages.Response.TokenKeys.newBuilder();
        keys.keys()
                .forEach(key -> builder.addKeys(WireMessages.Response.TokenKey.newBuilder()
                        .setId(key.id())
                        .setKey(ByteString.copyFrom(key.key()))));
        return builder.build();
    }

    static Reply.TokenKeys from(WireMessages.Response.TokenKeys message) {
        return new Reply.TokenKeys(message.getKeysList().stream()
                .map(key -> new Reply.TokenKey(key.getId(), key.getKey().toByteArray()))
                .toList());
    }
}
