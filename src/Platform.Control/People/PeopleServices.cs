using Microsoft.Extensions.DependencyInjection;

namespace Platform.Control.People;

/// <summary>Registers users, members and their one-time links.</summary>
internal static class PeopleServices
{
    public static void AddPeople(this IServiceCollection services)
    {
        services.AddSingleton<Passwords>();
        services.AddSingleton<SignInGuard>();
        services.AddSingleton<UserStore>();
        services.AddSingleton<LoginStore>();
        services.AddSingleton<MemberStore>();
        services.AddSingleton<InvitationStore>();
        services.AddSingleton<InvitationAcceptance>();
        services.AddSingleton<PasswordResetStore>();
        services.AddSingleton<Links>();
        services.AddSingleton<LinkGuesses>();
    }
}
