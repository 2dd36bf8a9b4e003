from tortoise import migrations
from tortoise.migrations import operations as ops

class Migration(migrations.Migration):
    """One button stored "watching" when that told of new threads; now it tells of every answer, and that is "following"."""

    dependencies = [('models', '0008_forum_depth')]

    initial = False

    operations = [
        ops.RunSQL(
            "UPDATE watches SET level = 'following' "
            "WHERE level = 'watching' AND target IN ('tag', 'platform', 'category')"
        ),
    ]
