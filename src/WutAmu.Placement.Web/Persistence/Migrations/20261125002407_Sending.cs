using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace WutAmu.Placement.Web.Persistence.Migrations
{
    /// <inheritdoc />
    public partial class Sending : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "CopyState",
                table: "Outbox",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "FirstTriedAt",
                table: "Outbox",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "NotAfter",
                table: "Outbox",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "Round",
                table: "Outbox",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<string>(
                name: "ToState",
                table: "Outbox",
                type: "TEXT",
                nullable: false,
                defaultValue: "Waiting");

            migrationBuilder.AddColumn<int>(
                name: "Attempt",
                table: "LetterAttempts",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<string>(
                name: "Outcome",
                table: "LetterAttempts",
                type: "TEXT",
                nullable: false,
                defaultValue: "Temporary");

            // Letters of before had one answer for all their addresses.
            migrationBuilder.Sql("""
                UPDATE Outbox SET ToState = State WHERE State IN ('Accepted', 'Refused', 'GivenUp');
                UPDATE Outbox SET CopyState = ToState WHERE Copy IS NOT NULL;
                UPDATE LetterAttempts SET Attempt = Number;
                UPDATE LetterAttempts SET Outcome = (SELECT State FROM Outbox WHERE Outbox.Id = LetterId)
                WHERE Number = (SELECT MAX(Number) FROM LetterAttempts AS a WHERE a.LetterId = LetterAttempts.LetterId)
                  AND EXISTS (SELECT 1 FROM Outbox WHERE Outbox.Id = LetterId AND State IN ('Accepted', 'Refused'));
                """);

            migrationBuilder.CreateTable(
                name: "Sending",
                columns: table => new
                {
                    Id = table.Column<int>(type: "INTEGER", nullable: false),
                    Paused = table.Column<string>(type: "TEXT", nullable: true),
                    Reason = table.Column<string>(type: "TEXT", nullable: true),
                    PausedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    PausedBy = table.Column<Guid>(type: "TEXT", nullable: true),
                    Trouble = table.Column<string>(type: "TEXT", nullable: true),
                    TroubleSince = table.Column<long>(type: "INTEGER", nullable: true),
                    TroubleCount = table.Column<int>(type: "INTEGER", nullable: false),
                    TryAgainAt = table.Column<long>(type: "INTEGER", nullable: true),
                    Version = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Sending", x => x.Id);
                });

            migrationBuilder.InsertData(
                table: "Sending",
                columns: new[] { "Id", "Paused", "PausedAt", "PausedBy", "Reason", "Trouble", "TroubleCount", "TroubleSince", "TryAgainAt", "Version" },
                values: new object[] { 1, null, null, null, null, null, 0, null, null, 0 });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "Sending");

            migrationBuilder.DropColumn(
                name: "CopyState",
                table: "Outbox");

            migrationBuilder.DropColumn(
                name: "FirstTriedAt",
                table: "Outbox");

            migrationBuilder.DropColumn(
                name: "NotAfter",
                table: "Outbox");

            migrationBuilder.DropColumn(
                name: "Round",
                table: "Outbox");

            migrationBuilder.DropColumn(
                name: "ToState",
                table: "Outbox");

            migrationBuilder.DropColumn(
                name: "Attempt",
                table: "LetterAttempts");

            migrationBuilder.DropColumn(
                name: "Outcome",
                table: "LetterAttempts");
        }
    }
}
