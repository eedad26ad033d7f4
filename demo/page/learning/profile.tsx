import { type LearningState, ranks } from '../../shared/learning.ts';
import { number } from '../format.ts';
import { Badge, Stat, Stats } from '../ui/bits.tsx';
import { Card } from '../ui/card.tsx';
import { Icon, type IconName } from '../ui/icon.tsx';

const icons: Readonly<Record<string, IconName>> = { flag: 'flag', compass: 'compass', coin: 'coin', star: 'star' };

/** Points, coins, rank and the way to the next one. */
export function Profile({ state, place }: { readonly state: LearningState; readonly place: number | null }) {
  const { totalXp, coins, rank } = state;
  const from = ranks.find(({ level }) => level === rank.level)?.xpRequired ?? 0;
  const next = ranks.find(({ level }) => level === rank.level + 1);
  const width = next ? next.xpRequired - from : 1;
  const done = next ? totalXp - from : 1;
  return (
    <Card
      title="You"
      aside={
        <Badge tone="gold" data-testid="rank">
          <Icon name="crown" />
          {rank.name}
        </Badge>
      }
    >
      <Stats>
        <Stat label="XP" value={number(totalXp)} testId="xp" />
        <Stat label="Coins" value={number(coins)} testId="coins" />
        <Stat label="Place" value={place ?? 'over 100'} testId="own-rank" />
      </Stats>
      <progress className="rank-progress" max={width} value={done} aria-label="Way to the next rank" />
      <p className="hint">
        {next ? `${number(next.xpRequired - totalXp)} XP to ${next.name}` : 'There is no higher rank'}
      </p>
    </Card>
  );
}

export function Achievements({ state: { achievements, unlocked } }: { readonly state: LearningState }) {
  return (
    <Card title="Achievements" aside={<Badge>{`${unlocked.length} of ${achievements.length}`}</Badge>}>
      <ul className="achievements">
        {achievements.map(({ achievementId, name, description, icon, xpReward }) => {
          const has = unlocked.includes(achievementId);
          return (
            <li key={achievementId} data-unlocked={has} data-testid={`achievement-${achievementId}`}>
              <span className="achievement-mark">
                <Icon name={icons[icon] ?? 'star'} />
              </span>
              <div>
                <b>{name}</b>
                <p className="hint">{description}</p>
              </div>
              <span className="hint">{has ? 'Unlocked' : `+${xpReward} XP`}</span>
            </li>
          );
        })}
      </ul>
    </Card>
  );
}
