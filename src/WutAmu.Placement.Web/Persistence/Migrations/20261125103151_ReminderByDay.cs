using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace WutAmu.Placement.Web.Persistence.Migrations
{
    /// <inheritdoc />
    public partial class ReminderByDay : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<bool>(
                name: "ByDay",
                table: "Outbox",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            // Those that wait already; the last before a deadline may come in the night.
            migrationBuilder.Sql("UPDATE Outbox SET ByDay = 1 WHERE State IN ('Queued', 'Sending') AND Key LIKE 'reminder:%' AND Key NOT LIKE '%:6h:%';");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "ByDay",
                table: "Outbox");
        }
    }
}
